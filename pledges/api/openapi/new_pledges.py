"""The description of the body with which pledges are added."""

from typing import Any

from pledges.importer.drafts import MAX_PLEDGES
from pledges.importer.pledge_entry import IGNORED, PledgeEntry

NOT_REQUIRED = {
    "ref": "The reference. Without it, the pledge gets the next one of its document's series.",
    "document_date": "The date of the document: 2025, 2025-01, 2025-01-20, or 2024-02-20/.. for that day or later.",
}
DESCRIPTIONS = NOT_REQUIRED | {
    "document": "The slug of the document. Of a document in the record, no other field is needed.",
    "document_title": "The title of the document.",
    "document_kind": "The kind of document. By default `newspaper_page`.",
    "document_publisher": "The publisher of the document.",
    "document_published": "When the document was published, in the forms of `document_date`.",
    "document_url": "The document's own URL.",
    "document_archived_url": "The URL of a copy of the document in a web archive.",
    "document_archived_on": "The day on which that copy was made.",
    "official": "The name of the official; required unless there is a `body`.",
    "official_slug": "The slug of the official, if several have this name.",
    "post": "The title of the post, as printed; required with `official`.",
    "organisation": "The body, such as a department, unless the post is in the district's own leadership.",
    "organisation_slug": "The slug of the body, if it is not that of this name in the district of the post.",
    "post_district": "The district of the post, by name, slug or code. By default `district`.",
    "post_district_slug": "The slug of the district of the post.",
    "body": "The body whose document it is (省人民政府), by name or slug: instead of an official, or beside one.",
    "body_slug": "The slug of that body, if it is not that of this name in its district.",
    "body_district": "The district of that body, by name, slug or code. By default `post_district` or `district`.",
    "headline": "The headline above the statement.",
    "district": "The district that has to keep the pledge, by name, slug or code. By default `post_district`.",
    "district_slug": "The slug of the district.",
    "metric": "The metric, by name or slug.",
    "compared_with": "The metric with which a relative target (高于全国平均水平) is compared, by name or slug.",
    "compared_with_district": "The district of that figure, by name, slug or code. By default that of the pledge.",
    "unit": "The unit as written.",
    "success_criterion": "The criterion, if the target itself does not say what counts as met.",
    "supersedes": "The references of the earlier pledges that this one replaces.",
    "responsible_bodies": "The responsible bodies, by name or slug.",
}


def one_or_many(schema: dict[str, Any]) -> dict[str, Any]:
    return {"oneOf": [schema, {"type": "array", "items": schema, "minItems": 1, "maxItems": MAX_PLEDGES}]}


def entry_schema(pledge: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an entry, described as the properties of the schema `pledge`, or else by `DESCRIPTIONS`."""
    schema = PledgeEntry.model_json_schema(ref_template="#/components/schemas/{model}")
    del schema["$defs"]  # the enumerations are components already
    properties = {
        name: _described(inner, DESCRIPTIONS.get(name) or pledge["properties"][name]["description"])
        for name, inner in schema["properties"].items()
        if name not in IGNORED
    }
    properties["confirm"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "The codes of all `warnings` about this pledge in the 409 response.",
    }
    required = [name for name in schema["required"] if name not in NOT_REQUIRED]
    return schema | {"properties": properties, "required": required, "description": "A pledge to be added."}


def _described(schema: dict[str, Any], description: str) -> dict[str, Any]:
    without = {name: value for name, value in schema.items() if name not in ("title", "default")}
    return without | {"description": description}
