from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from pledges.extraction.candidate import RECOMMENDED_CONFIDENCE
from pledges.extraction.reader import Reader
from pledges.importer.file_problems import MAX_PROBLEMS, LoadError, place
from pledges.importer.loader import Report, load
from pledges.management.base import RecordCommand, format_count, record_or_error
from pledges.reading.candidate_rows import as_json
from pledges.reading.lexicon import lexicon
from pledges.reading.page import ReadingError
from pledges.reading.text_files import holds_text, texts_to_read

MAX_LISTED = 20  # new officials that the report names


# What is said of one value, and of their number.
AMENDMENT_STATES = {
    "new": ("was proposed as an amendment", "proposed"),
    "proposed": ("is proposed as an amendment already, which waits for approval", "waiting for approval already"),
    "rejected": ("was rejected as an amendment", "rejected before"),
}


class Command(RecordCommand):
    help = "Load pledges from YAML or JSON Lines files, or read them in texts. Files with errors are not loaded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", metavar="PATH", nargs="*", type=Path, help="a file or a folder (default: $RECORD)")
        parser.add_argument("--check", action="store_true", help="validate the files and report; write nothing")
        parser.add_argument("--texts", metavar="DIR", type=Path, help="check each quote against DIR/<document>.txt")
        parser.add_argument("--prune", action="store_true", help="retract pledges that the files no longer contain")
        parser.add_argument("--force", action="store_true", help="overwrite values that editors have changed")

        reading = parser.add_argument_group(
            "reading pledges in texts: PATH is .txt, .html, .pdf or .docx, or .jsonl whose lines have the key `text`"
        )
        reading.add_argument("--output", metavar="FILE", type=Path, help="write the candidates; nothing is stored")
        reading.add_argument("--date", default="", help="when it was said: 2026-01-20, 2026-01 or 2026")
        reading.add_argument("--place", default="", help="the place that it binds")
        reading.add_argument("--kind", default="", help="such as 工作报告 or 统计公报")
        reading.add_argument("--min-confidence", type=float, default=RECOMMENDED_CONFIDENCE, help="0 for all")

    def execute(self, *args: Any, **options: Any) -> str | None:
        if options["output"]:
            self.requires_migrations_checks = False  # reading needs no database
        elif texts := [path for path in options["paths"] if path.is_file() and holds_text(path)]:
            raise CommandError(f"{texts[0]} has text to read: name a file for its candidates with --output.")
        return super().execute(*args, **options)

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        if options["output"]:
            self._read(paths, **options)
            return
        keys = ("texts", "check", "prune", "force")
        try:
            report = load(
                paths or [record_or_error()],
                progress=self.report_progress,
                **{key: options[key] for key in keys},
            )
        except LoadError as error:
            for problem in error.problems.kept:
                self.stderr.write(str(problem), self.style.ERROR)
            found, more = error.problems.count, error.problems.count - len(error.problems.kept)
            also = f" ({more} more than shown)" if more else ""
            raise CommandError(f"{format_count(found, 'problem')}{also}; nothing was loaded.") from error
        self._report(report, is_check=options["check"], is_pruned=options["prune"])

    def _read(self, paths: list[Path], *, output: Path, min_confidence: float, **options: Any) -> None:
        """Write the candidates of texts, one a line."""
        reader = Reader(lexicon())
        pages = written = 0
        try:
            with output.open("w", encoding="utf-8", newline="\n") as file:
                for path in paths:
                    for page in texts_to_read(path, date=options["date"], place=options["place"], kind=options["kind"]):
                        pages += 1
                        for candidate in reader.read(page.text, date=page.date, place=page.place, kind=page.kind):
                            if candidate.confidence >= min_confidence:
                                file.write(as_json(page.document, candidate) + "\n")
                                written += 1
                        self.report_progress(f"{format_count(pages, 'page')}, {format_count(written, 'candidate')}")
        except (ReadingError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{format_count(pages, 'page')}, {format_count(written, 'candidate')} in {output}")

    def _report(self, report: Report, *, is_check: bool, is_pruned: bool) -> None:
        for conflict in report.conflicts:
            self.stdout.write(
                f"{place(conflict.file, conflict.line)}: {conflict.name}: {conflict.field}:"
                f" kept the editor's {conflict.edited or 'empty value'}; the file has {conflict.loaded or 'nothing'}",
                self.style.WARNING,
            )
        for proposal in report.proposals:
            # A pledge that is missing from its file has no line there.
            loaded = f"the file's {proposal.loaded or 'empty value'}" if proposal.line else "its retraction"
            self.stdout.write(
                f"{place(proposal.file, proposal.line)}: {proposal.name}: {proposal.field}: kept"
                f" {proposal.judged or 'empty value'}, from which a verdict follows;"
                f" {loaded} {AMENDMENT_STATES[proposal.state][0]}",
                self.style.WARNING,
            )
        for warning in report.warnings:
            self.stdout.write(f"{warning} Loaded as it is.", self.style.WARNING)
        for note in report.officials.notes[:MAX_PROBLEMS]:
            self.stdout.write(note, self.style.WARNING)
        if added := report.officials.new_officials:
            more = f" and {len(added) - MAX_LISTED} more" if len(added) > MAX_LISTED else ""
            self.stdout.write(f"{format_count(len(added), 'new official')}: {', '.join(added[:MAX_LISTED])}{more}")
        for ref in report.removed:
            self.stdout.write(f"{ref}: missing from the files{'' if is_pruned else ' (use --prune to retract)'}")
        states = Counter(proposal.state for proposal in report.proposals)
        also = [
            f"{format_count(report.sources_updated, 'source')} updated" if report.sources_updated else "",
            f"{format_count(len(report.conflicts), 'conflict')}" if report.conflicts else "",
            *(
                f"{format_count(states[state], 'amended value')} {summary}"
                for state, (_of_one, summary) in AMENDMENT_STATES.items()
                if states[state]
            ),
            format_count(len(report.warnings), "warning") if report.warnings else "",
            f"{len(report.removed)} missing from the files" if report.removed else "",
            f"{report.retracted} retracted" if is_pruned else "",
            *(
                f"{format_count(number, 'row')} of reference data {change}"
                for number, change in ((report.reference.added, "added"), (report.reference.updated, "updated"))
                if number
            ),
        ]
        self.stdout.write(
            f"{format_count(len(report.files), 'file')}, {format_count(report.statements, 'statement')},"
            f" {format_count(report.pledges, 'pledge')}:"
            f" {report.created} created, {report.updated} updated, {report.unchanged} unchanged"
            f"{''.join(f', {part}' for part in also if part)}; {report.seconds:.1f} seconds"
            f"{'; only checked, nothing was written' if is_check else ''}"
        )
