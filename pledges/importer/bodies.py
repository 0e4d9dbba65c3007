"""Find out which bodies the names in the files mean, and add those that the record lacks.

A name means the body of that name in the same district; also a former name, or that of a body that was merged into it.
A slug names a body in any district, also in the place of the name, unless it is just the name of the other body.
"""

from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from pledges.domain.identifiers import unused_slug
from pledges.importer.file_problems import FileProblem
from pledges.lookups.wording import format_value
from pledges.models import District, Redirect
from pledges.models.choices import RowKind

# The fields that name a body, each with the column of its district, and that for its key: the body to which the post
# belongs, and the one that speaks.
FIELDS = {"organisation": ("post_district", "organisation_id"), "body": ("body_district", "speaking_body_id")}
MENTIONS = """
    SELECT (array_agg(file ORDER BY position))[1], (array_agg(line ORDER BY position))[1],
        (array_agg(ref ORDER BY position))[1], {district}, {field}, {field}_slug
    FROM staging WHERE {field} <> '' AND {district} IS NOT NULL
    GROUP BY {district}, {field}, {field}_slug ORDER BY min(position)
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
    """Set the columns for keys in all staged entries. Bodies that the record lacks are inserted."""
    problems = []
    for field in FIELDS:
        problems += _identify(cursor, field)
    return problems


def _identify(cursor: CursorWrapper, field: str) -> list[FileProblem]:
    district, key = FIELDS[field]
    cursor.execute(MENTIONS.format(field=field, district=district))
    mentions = [Mention(*row) for row in cursor.fetchall()]
    if not mentions:
        return []
    names = BodyNames(cursor)
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
            problems.append(FileProblem(mention.file, mention.line, message, ref=mention.ref, field=f"{field}_slug"))
    keys = names.insert_new(cursor)
    cursor.execute(
        f"""
        UPDATE staging SET {key} = found.id
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) found (district, name, slug, id)
        WHERE (staging.{district}, staging.{field}, coalesce(staging.{field}_slug, ''))
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


class BodyNames:
    """The bodies of the record by slug and by name, and those that the files add."""

    def __init__(self, cursor: CursorWrapper) -> None:
        cursor.execute("SELECT slug, id, name FROM pledges_body")
        rows = cursor.fetchall()
        self.keys: dict[str, int] = {slug: key for slug, key, _name in rows}
        self.names: dict[str, str] = {slug: name for slug, _key, name in rows}
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
        slug = self.redirects.get(mention.name, mention.name)
        if self.names.get(slug, mention.name) != mention.name:
            return slug
        return self.add(mention.name, mention.district, mention.slug)

    def add(self, name: str, district: int, slug: str | None = None) -> str:
        """Note a body that the record lacks. Return its slug, by default one that is made of the name."""
        taken = {*self.keys, *self.redirects, *self.added}
        slug = slug or unused_slug(name, taken, self.districts[district])
        self.added[slug] = (name, district)
        self.by_name[district, name] = slug
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
