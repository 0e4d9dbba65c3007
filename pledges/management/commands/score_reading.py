from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pledges.extraction.candidate import RECOMMENDED_CONFIDENCE
from pledges.extraction.reader import Reader
from pledges.extraction.scoring import TARGET_FIELDS, Comparison, Score, compare, field_results, summary
from pledges.management.base import record_or_error
from pledges.reading.expected import RecordedPage, labelled_page, recorded_pages
from pledges.reading.lexicon import lexicon


class Command(BaseCommand):
    help = "Compare what is read in texts with a record: a folder of YAML files, or labelled texts in JSON Lines."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("record", nargs="*", type=Path, help="a folder, or files of labels (default: $RECORD)")
        parser.add_argument("--texts", metavar="DIR", type=Path, help="the texts of a record: DIR/<document>.txt")
        parser.add_argument("--place", default="", help="the place that the texts belong to")
        parser.add_argument("--min-confidence", type=float, default=RECOMMENDED_CONFIDENCE)
        parser.add_argument("--errors", action="store_true", help="list the sentences that differ")

    def handle(
        self, *args: Any, record: list[Path], texts: Path | None, place: str, min_confidence: float, **options: Any
    ) -> None:
        pages: list[RecordedPage] = []
        for path in record or [record_or_error()]:
            if path.suffix == ".jsonl":
                pages.append(labelled_page(path))
            elif texts is None:
                raise CommandError("Name the folder of the texts with --texts.")
            else:
                pages += recorded_pages(path, texts)
        if not pages:
            raise CommandError("No page has a text there.")
        reader, total = Reader(lexicon()), Score()
        for page in pages:
            candidates = reader.read(page.text, date=page.date, place=place)
            comparison = compare([one for one in candidates if one.confidence >= min_confidence], page.expected)
            self.stdout.write(f"{page.document}: {summary(comparison.score)}")
            total.add(comparison.score)
            if options["errors"]:
                self._list_errors(comparison)
        if len(pages) > 1:
            self.stdout.write(f"all: {summary(total)}")

    def _list_errors(self, comparison: Comparison) -> None:
        for record in comparison.missed:
            if not record.is_optional:
                self.stdout.write(f"  missed: {record.fields['quote']}")
        for candidate in comparison.extra:
            self.stdout.write(f"  extra: {candidate.quote} ({candidate.value} {candidate.unit})")
        for candidate, record in comparison.pairs:
            right = field_results(candidate, record)
            wrong = [
                f"{name} {getattr(candidate, name) or 'nothing'} instead of {record.fields.get(name) or 'nothing'}"
                for name in TARGET_FIELDS
                if not right[name]
            ]
            if wrong and not record.is_optional:
                self.stdout.write(f"  differs: {record.fields['quote']}: {', '.join(wrong)}")
