"""Find out which bodies the names in the files mean, and add those that the record lacks.

A name means the body of that name in the same district; also a former name, or that of a body that was merged into it.
`organisation_slug` names a body in any district.
"""

from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from pledges.domain.identifiers import unused_slug
from pledges.importer.file_problems import FileProblem
from pledges.lookups.wording import format_value
from pledges.models import District, Redirect
from pledges.models.choices import RowKind

MENTIONS = """
    SELECT (array_agg(file ORDER BY position))[1], (array_agg(line ORDER BY position))[1],
        (array_agg(ref ORDER BY position))[1], post_district, organisation, organisation_slug
    FROM staging WHERE organisation <> '' AND post_district IS NOT NULL
    GROUP BY post_district, organisation, organisation_slug ORDER BY min(position)
"""
# Present names come last, so that they win over former ones.
NAMED = """
    SELECT body.id, event.district_id, event.name FROM pledges_bodyevent event
    JOIN pledges_body body ON body.id = event.pgh_obj_id OR body.slug = (
        SELECT target FROM pledges_redirect WHERE (kind, source) = ('body', event.slug)
    )
    UNION ALL
    SELECT id, district_id, name FROM pledges_body
"""
INSERT = """
    INSERT INTO pledges_body (slug, name, name_en, kind, district_id)
    SELECT slug, name, '', CASE WHEN name LIKE '%%人民政府' THEN 'government' ELSE 'department' END, district_id
    FROM unnest(%s::text[], %s::text[], %s::bigint[]) added (slug, name, district_id)
    RETURNING id, slug
"""


@dataclass(frozen=True, slots=True)
class Mention:
    file: str
    line: int
    ref: str
    district: int
    name: str
    slug: str | None


def identify(cursor: CursorWrapper) -> list[FileProblem]:
    """Set `organisation_id` of all staged entries to the key of the body, which is inserted if it is new."""
    cursor.execute(MENTIONS)
    mentions = [Mention(*row) for row in cursor.fetchall()]
    if not mentions:
        return []
    names = _Names(cursor)
    problems = []
    slugs: list[str] = []
    for mention in mentions:
        slug = names.slug_of(mention)
        slugs.append(slug)
        if mention.slug and slug != mention.slug:
            message = _("found %(found)s, but %(name)s in this district is %(slug)s") % {
                "found": format_value(mention.slug),
                "name": format_value(mention.name),
                "slug": format_value(slug),
            }
            problems.append(
                FileProblem(mention.file, mention.line, message, ref=mention.ref, field="organisation_slug")
            )
    keys = names.insert_new(cursor)
    cursor.execute(
        """
        UPDATE staging SET organisation_id = found.id
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) found (district, name, slug, id)
        WHERE (staging.post_district, staging.organisation, coalesce(staging.organisation_slug, ''))
            = (found.district, found.name, found.slug)
        """,
        [
            [mention.district for mention in mentions],
            [mention.name for mention in mentions],
            [mention.slug or "" for mention in mentions],
            [keys[slug] for slug in slugs],
        ],
    )
    return problems


class _Names:
    """The bodies of the record by slug and by name, and those that the files add."""

    def __init__(self, cursor: CursorWrapper) -> None:
        cursor.execute("SELECT slug, id FROM pledges_body")
        self.keys: dict[str, int] = dict(cursor.fetchall())
        slugs = {key: slug for slug, key in self.keys.items()}
        cursor.execute(NAMED)
        self.by_name = {(district, name): slugs[key] for key, district, name in cursor.fetchall()}
        self.redirects = Redirect.objects.targets(RowKind.BODY)
        self.added: dict[str, tuple[str, int]] = {}
        self.districts = dict(District.objects.values_list("pk", "slug"))

    def slug_of(self, mention: Mention) -> str:
        """Return the slug of the body that is meant. A body that the record lacks is noted in `added`."""
        place = (mention.district, mention.name)
        if mention.slug:
            slug = self.redirects.get(mention.slug, mention.slug)
            if slug in self.keys or slug in self.added:
                return mention.slug
        if place in self.by_name:
            return self.by_name[place]
        taken = {*self.keys, *self.redirects, *self.added}
        slug = mention.slug or unused_slug(mention.name, taken, self.districts[mention.district])
        self.added[slug] = (mention.name, mention.district)
        self.by_name[place] = slug
        return slug

    def insert_new(self, cursor: CursorWrapper) -> dict[str, int]:
        """Insert the added bodies. Return the primary keys of all bodies by slug, also by that of a merged one."""
        slugs = list(self.added)
        if slugs:
            columns = zip(*self.added.values(), strict=True)
            cursor.execute(INSERT, [slugs, *(list(column) for column in columns)])
            self.keys |= {slug: key for key, slug in cursor.fetchall()}
        merged = {old: self.keys[new] for old, new in self.redirects.items() if new in self.keys}
        return self.keys | merged
