"""Find out which officials the names in the files mean.

A name means the official of exactly that name who has a post in the same district. On one page, one name means one
official. Another name, or the same name in another district, is another official, unless the file gives
`official_slug`. Files are taken one after the other, so that they may be loaded in one call or in several.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from pledges.domain.identifiers import slug_of, unused_slug
from pledges.importer.file_problems import FileProblem
from pledges.lookups.wording import format_value
from pledges.models import District, Official, Redirect
from pledges.models.choices import RowKind


@dataclass(slots=True, eq=False)
class Speaker:
    """An official of the record, or one whom the load adds (without `pk`), and the districts of their posts."""

    slug: str
    name: str
    pk: int | None = None
    districts: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Mention:
    """The entries of one page in one file that have the same name and the same `official_slug`, or none.

    `slugs_on_page` are those that this file gives to this name on this page. `spoke_before` has the keys of the
    officials who said these pledges according to the record, and `spoke_on_page` the keys of those officials of this
    name who said other pledges on this page, which these files don't contain.
    """

    file: str
    line: int
    ref: str
    document: str
    name: str
    slug: str | None
    first_district: int
    districts: Sequence[int]
    slugs_on_page: Sequence[str]
    spoke_before: Sequence[int]
    spoke_on_page: Sequence[int]


# The officials, also by the slugs and names of those who were merged into them.
NAMED = """
    WITH named AS (
        SELECT id, slug, name FROM pledges_official
        UNION
        SELECT official.id, redirect.source, merged.name FROM pledges_redirect redirect
        JOIN pledges_official official ON official.slug = redirect.target
        JOIN pledges_officialevent merged ON merged.slug = redirect.source
        WHERE redirect.kind = 'official'
    )
"""

MENTIONS = f"""
    {NAMED},
    slugs_on_page AS (
        SELECT file, document, official_name, array_agg(DISTINCT official_slug) AS slugs
        FROM staging WHERE official_slug IS NOT NULL GROUP BY file, document, official_name
    ),
    on_page AS (
        SELECT document.slug AS document, official.name AS official_name, array_agg(DISTINCT official.id) AS officials
        FROM pledges_document document
        JOIN pledges_statement statement ON statement.document_id = document.id
        JOIN named official ON official.id = statement.official_id
        JOIN pledges_pledge pledge ON pledge.statement_id = statement.id
        WHERE document.slug IN (SELECT document FROM staging)
            AND NOT EXISTS (SELECT FROM staging WHERE staging.ref = pledge.ref)
        GROUP BY document.slug, official.name
    )
    SELECT file, line, ref, document, official_name, official_slug, first_district, districts,
        coalesce(slugs, '{{}}'), coalesce(spoke_before, '{{}}'), coalesce(on_page.officials, '{{}}')
    FROM (
        SELECT file, min(line) AS line, (array_agg(staging.ref ORDER BY position))[1] AS ref, document,
            official_name, official_slug, min(position) AS position,
            (array_agg(post_district ORDER BY position))[1] AS first_district,
            array_agg(DISTINCT post_district) AS districts,
            array_agg(DISTINCT statement.official_id) FILTER (WHERE statement.official_id IS NOT NULL) AS spoke_before
        FROM staging
        LEFT JOIN pledges_pledge pledge ON pledge.ref = staging.ref
        LEFT JOIN pledges_statement statement ON statement.id = pledge.statement_id
        WHERE official <> ''
        GROUP BY file, document, official_name, official_slug
    ) mention
    LEFT JOIN slugs_on_page USING (file, document, official_name)
    LEFT JOIN on_page USING (document, official_name)
    ORDER BY position
"""


@dataclass(slots=True)
class Decisions:
    """The slugs of new officials, and sentences about decisions that a person should check."""

    new_officials: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class AmbiguousNameError(Exception):
    def __init__(self, speakers: Iterable[Speaker]) -> None:
        self.slugs = sorted(speaker.slug for speaker in speakers)


def identify(cursor: CursorWrapper) -> tuple[list[FileProblem], Decisions]:
    """Set `official` of all staged entries to the slug of the official. Return problems and decisions."""
    speakers = _Speakers(cursor)
    problems = []
    resolved = []
    for mention in _mentions():
        try:
            speaker = speakers.identify(mention)
        except AmbiguousNameError as error:
            message = _(
                "%(name)s can be %(slugs)s; give official_slug or, if they are one person, merge them in the admin"
            ) % {"name": format_value(mention.name), "slugs": _(" or ").join(error.slugs)}
            problems.append(FileProblem(mention.file, mention.line, message, ref=mention.ref, field="official"))
            continue
        if speaker.slug != (mention.slug or slug_of(mention.name)):
            resolved.append((mention.file, mention.document, mention.name, mention.slug or "", speaker.slug))
    _store(cursor, resolved)
    return problems, speakers.decisions()


def _mentions() -> Iterator[Mention]:
    """Yield all mentions in the order of the files, in constant memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(MENTIONS)
        while rows := cursor.fetchmany(2000):
            yield from (Mention(*row) for row in rows)


def _store(cursor: CursorWrapper, resolved: Iterable[tuple[str, ...]]) -> None:
    columns = "file, document, official_name, official_slug, official"
    cursor.execute(f"CREATE TEMPORARY TABLE resolved ({columns.replace(',', ' text,')} text) ON COMMIT DROP")
    with cursor.copy(f"COPY resolved ({columns}) FROM STDIN") as copy:
        for row in resolved:
            copy.write_row(row)
    cursor.execute("""
        UPDATE staging SET official = resolved.official FROM resolved
        WHERE (staging.file, staging.document, staging.official_name, coalesce(staging.official_slug, ''))
            = (resolved.file, resolved.document, resolved.official_name, resolved.official_slug)
    """)
    cursor.execute("DROP TABLE resolved")


class _Speakers:
    """The officials whom the files may mean: as many as the files have names, not as many as they have entries."""

    def __init__(self, cursor: CursorWrapper) -> None:
        self.cursor = cursor
        self.by_slug: dict[str, Speaker] = {}
        self.by_key: dict[int, Speaker] = {}
        self.by_name: defaultdict[str, list[Speaker]] = defaultdict(list)
        self.renamed: dict[tuple[str, str], None] = {}
        cursor.execute(f"""
            {NAMED}
            SELECT official.slug, official.name, official.id, array_agg(DISTINCT named.name),
                array_agg(DISTINCT post.district_id) FILTER (WHERE post.id IS NOT NULL)
            FROM named JOIN pledges_official official USING (id)
            LEFT JOIN pledges_statement statement ON statement.official_id = official.id
            LEFT JOIN pledges_post post ON post.id = statement.post_id
            WHERE named.name IN (SELECT official_name FROM staging)
                OR named.slug IN (SELECT official_slug FROM staging)
            GROUP BY official.id ORDER BY official.id
        """)
        for slug, name, key, names, districts in cursor.fetchall():
            self._add(Speaker(slug, name, key, set(districts or ())), names)
        # Pages that several files share, with those who speak on them.
        cursor.execute("SELECT document FROM staging GROUP BY document HAVING min(file) <> max(file)")
        self.on_shared_page: dict[str, list[tuple[str, Speaker]]] = {document: [] for (document,) in cursor.fetchall()}

    def _add(self, speaker: Speaker, names: Iterable[str] = ()) -> None:
        self.by_slug[speaker.slug] = speaker
        for name in {speaker.name, *names}:
            self.by_name[name].append(speaker)
        if speaker.pk:
            self.by_key[speaker.pk] = speaker
        else:
            self.taken_slugs.add(speaker.slug)

    def identify(self, mention: Mention) -> Speaker:
        """Return the official of a mention, whom it adds if necessary. Raise AmbiguousNameError for several."""
        speaker = self._with_slug(mention) if mention.slug else self._with_name(mention)
        speaker.districts.update(mention.districts)
        if mention.document in self.on_shared_page:
            self.on_shared_page[mention.document].append((mention.file, speaker))
        return speaker

    def _with_slug(self, mention: Mention) -> Speaker:
        slug = mention.slug or ""
        if slug not in self.by_slug:
            self._add(Speaker(slug, mention.name))
        speaker = self.by_slug[slug]
        if speaker.name != mention.name:
            self.renamed[mention.name, slug] = None
        return speaker

    def _with_name(self, mention: Mention) -> Speaker:
        for candidates in (self._known, self._said_before, self._without_post):
            found = candidates(mention)
            if len(found) > 1:
                raise AmbiguousNameError(found)
            if found:
                return found[0]
        district = self.districts[mention.first_district]
        added = Speaker(unused_slug(mention.name, self.taken_slugs, district.slug), mention.name)
        self._add(added)
        return added

    def _bearers(self, mention: Mention) -> list[Speaker]:
        """Those of this name, except whom the file names by a slug on this page, to tell them from this one."""
        others = {*mention.slugs_on_page} - {slug_of(mention.name)}
        return [speaker for speaker in self.by_name[mention.name] if speaker.slug not in others]

    def _known(self, mention: Mention) -> list[Speaker]:
        """Those of this name who have a post in the same district, or speak elsewhere on the same page."""
        on_page = {self.by_key[key] for key in mention.spoke_on_page}
        on_page |= {speaker for file, speaker in self.on_shared_page.get(mention.document, ()) if file != mention.file}
        bearers = self._bearers(mention)
        in_district = [speaker for speaker in bearers if not speaker.districts.isdisjoint(mention.districts)]
        found = [speaker for speaker in bearers if speaker in on_page or speaker in in_district]
        if len(found) > 1:
            before = [speaker for speaker in in_district if speaker.pk in mention.spoke_before]
            found = before if len(before) == 1 else found
        return found

    def _said_before(self, mention: Mention) -> list[Speaker]:
        """Those who said the same according to the record: the file has a new district, or an editor the right name."""
        self.cursor.execute(
            """
            SELECT official.slug, official.name, official.id FROM pledges_official official
            WHERE official.id = ANY(%(keys)s)
                AND EXISTS (SELECT FROM pledges_officialevent WHERE pgh_obj_id = official.id AND name = %(name)s)
                AND (
                    EXISTS (
                        SELECT FROM pledges_statement statement JOIN pledges_post post ON post.id = statement.post_id
                        WHERE statement.official_id = official.id AND post.district_id = ANY(%(districts)s)
                    )
                    OR NOT EXISTS (  -- nothing remains in the old district
                        SELECT FROM pledges_statement statement
                        JOIN pledges_post post ON post.id = statement.post_id
                        JOIN pledges_pledge pledge ON pledge.statement_id = statement.id
                        LEFT JOIN staging ON staging.ref = pledge.ref
                        WHERE statement.official_id = official.id
                            AND (staging.ref IS NULL OR staging.post_district = post.district_id)
                    )
                )
            """,
            {"keys": list(mention.spoke_before), "name": mention.name, "districts": list(mention.districts)},
        )
        found = []
        for slug, name, key in self.cursor.fetchall():
            if key not in self.by_key:
                self._add(Speaker(slug, name, key))
            found.append(self.by_key[key])
        return found

    def _without_post(self, mention: Mention) -> list[Speaker]:
        """Those of this name who were added in the admin and have no statement yet."""
        return [speaker for speaker in self._bearers(mention) if not speaker.districts]

    @cached_property
    def recorded(self) -> list[tuple[str, str]]:
        return list(Official.objects.values_list("slug", "name"))

    @cached_property
    def taken_slugs(self) -> set[str]:
        return {slug for slug, _name in self.recorded} | Redirect.objects.targets(RowKind.OFFICIAL).keys()

    @cached_property
    def districts(self) -> dict[int, District]:
        return District.objects.in_bulk()

    def decisions(self) -> Decisions:
        """Return the new officials, and notes about those who may be one with another."""
        new = [speaker for speaker in self.by_slug.values() if speaker.pk is None]
        decisions = Decisions([speaker.slug for speaker in new])
        decisions.notes += [
            f"{format_value(name)} was taken for {slug}, as official_slug says" for name, slug in self.renamed
        ]
        if new:
            alike: defaultdict[str, list[str]] = defaultdict(list)
            for slug, name in self.recorded:
                alike[_without_accidents(name)].append(slug)
            for speaker in new:
                others = alike[_without_accidents(speaker.name)]
                if others:
                    places = ", ".join(self.districts[key].name for key in sorted(speaker.districts))
                    decisions.notes.append(
                        f"{speaker.slug} ({places}) is a new official; if this is the same person as"
                        f" {' or '.join(others)}, give official_slug or merge them in the admin"
                    )
                others.append(speaker.slug)
        return decisions


def _without_accidents(name: str) -> str:
    """Return a name without case, accents, width, spaces and punctuation, to find names that may be of one person."""
    return "".join(char for char in unicodedata.normalize("NFKD", name).casefold() if char.isalnum()) or name
