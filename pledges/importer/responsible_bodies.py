"""Find out which bodies are meant by the names of responsible bodies in the files, and add those that the record lacks.

A name means, in this order,

- a body that the pledge has already, by its slug: exports have slugs;
- the body of that name in the district of the pledge, or in the nearest one above it that has such a body;
- the body with that slug, unless it is its name, too: the first 市财政局 of the record has it as slug;
- the only body of that name in a district below that of the pledge;
- a new body in the district of the pledge.
"""

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from pledges.importer.bodies import BodyNames
from pledges.importer.file_problems import FileProblem
from pledges.lookups.places import PlaceLookup
from pledges.lookups.wording import format_value

MENTIONS = """
    SELECT (array_agg(file ORDER BY position))[1], (array_agg(line ORDER BY position))[1],
        (array_agg(ref ORDER BY position))[1], staging.district, name
    FROM staging LEFT JOIN pledges_pledge pledge USING (ref)
    CROSS JOIN unnest(staging.responsible_bodies) responsible (name)
    WHERE staging.responsible_bodies <> '{}' AND (name = ANY(pledge.responsible_bodies)) IS NOT TRUE
    GROUP BY staging.district, name ORDER BY min(position)
"""
REPLACE = """
    UPDATE staging SET responsible_bodies = named.slugs FROM (
        SELECT position, array_agg(DISTINCT coalesce(meant.slug, responsible.name) COLLATE "C") AS slugs
        FROM staging LEFT JOIN pledges_pledge pledge USING (ref)
        CROSS JOIN unnest(staging.responsible_bodies) responsible (name)
        LEFT JOIN unnest(%s::bigint[], %s::text[], %s::text[]) meant (district, name, slug)
            ON (meant.district, meant.name) = (staging.district, responsible.name)
                AND (responsible.name = ANY(pledge.responsible_bodies)) IS NOT TRUE
        WHERE staging.responsible_bodies <> '{}'
        GROUP BY position
    ) named
    WHERE named.position = staging.position
"""


def identify(cursor: CursorWrapper, districts: PlaceLookup) -> list[FileProblem]:
    """Replace the names in `responsible_bodies` of all staged entries by slugs. New bodies are inserted."""
    cursor.execute(MENTIONS)
    mentions = cursor.fetchall()
    if not mentions:
        return []
    names = _Names(cursor, districts)
    problems, meant = [], []
    for file, line, ref, district, name in mentions:
        found = names.find(name, district)
        if len(found) > 1:
            message = _("%(name)s is ambiguous; expected one of the slugs %(slugs)s")
            details = {"name": format_value(name), "slugs": ", ".join(sorted(found))}
            problems.append(FileProblem(file, line, message % details, ref=ref, field="responsible_bodies"))
        meant.append((district, name, found[0] if found else names.bodies.add(name, district)))
    names.bodies.insert_new(cursor)
    cursor.execute(REPLACE, [list(column) for column in zip(*meant, strict=True)])
    return problems


class _Names:
    """The bodies of the record and of the files, by name and by slug."""

    def __init__(self, cursor: CursorWrapper, districts: PlaceLookup) -> None:
        self.bodies, self.districts = BodyNames(cursor), districts

    def find(self, name: str, district: int) -> list[str]:
        """Return the slug of the body with this name or slug, or the slugs of several. Without any it is empty."""
        by_name = self.bodies.by_name
        for place in (district, *self.districts.ancestors(district)):
            if (place, name) in by_name:
                return [by_name[place, name]]
        slug = self.bodies.redirects.get(name, name)
        if slug in self.bodies.keys and self.bodies.names[slug] != name:
            return [slug]
        named = ((place, slug) for (place, other), slug in by_name.items() if other == name)
        return [slug for place, slug in named if district in self.districts.ancestors(place)]
