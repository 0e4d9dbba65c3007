"""Descriptions and examples for the OpenAPI document, where serializers have none."""

from http import HTTPStatus
from typing import Any

from pledges.api.http.negotiation import PROBLEM_TYPE
from pledges.api.openapi.new_pledges import entry_schema
from pledges.importer.pledge_entry import PledgeEntry

SCHEMAS = {
    "ResponsibleBody": "A body that is responsible for a pledge.",
    "Body": "A government, a department or another organisation.",
    "Change": "The change of one pledge in one transaction.",
    "District": "A country, province, city, district, banner, county, town or development zone.",
    "DistrictDetail": "A place with its other names, its pinyin, and the years of its name and kind.",
    "Document": "A newspaper page, report, plan or other document. Its text is not included (copyright).",
    "Endpoint": "A URL with a description.",
    "Evidence": "One piece of evidence: a link, a file or a statement.",
    "EvidenceFile": "An uploaded file.",
    "Fault": "An error in one parameter or one field of the body.",
    "FollowUp": "A finding on a pledge, with its evidence.",
    "Metric": "A quantity that pledges state targets for. Its figures over the years are a series.",
    "MetricDetail": "A metric with its other names.",
    "NamedDistrict": "A place, by its slug and name.",
    "Me": "The owner of the token, and what the token allows.",
    "MeToken": "The token of the request.",
    "NamedMetric": "A metric, by its slug and name.",
    "NoteBody": "The reason for returning a follow-up.",
    "Official": "An official with at least one pledge.",
    "Pledge": "A pledge with its related rows.",
    "PledgeDetail": "A pledge with its follow-up and evidence, and the pledges before and after it.",
    "PopoloArea": "A district.",
    "PopoloDocument": "All persons, organizations, posts, memberships and areas, which refer to each other by `id`.",
    "PopoloIdentifier": "An identifier of a person within a scheme.",
    "PopoloLink": "A link.",
    "PopoloMembership": "A person who held a post. Start and end are unknown; each source proves one date.",
    "PopoloOrganization": "The leadership of a district, or a body, such as a department.",
    "PopoloPerson": "An official with at least one pledge.",
    "PopoloPersonDetail": "An official with at least one pledge, with the posts held.",
    "PopoloPost": "A post, as printed.",
    "PopoloSource": "A source page.",
    "Post": "A post, as printed on the day of a statement.",
    "Problem": "Problem details (RFC 9457).",
    "TargetSum": "The sum of targets.",
    "ActualSum": "The sum of actual figures, and of the targets of the same pledges.",
    "Review": "Review state of a follow-up; staff only.",
    "ReviewedFollowUp": "A follow-up, with its review for staff.",
    "Revisions": "Earlier targets and follow-ups.",
    "Root": "The API's entry point.",
    "Series": "One metric over the years.",
    "Statement": "The statement of an official, a body or both in one document.",
    "StatementDetail": "The statement of an official, a body or both in one document, with all three.",
    "Stats": "Counts and sums of pledges.",
    "Topic": "A topic of metrics.",
    "Unit": "A unit as written.",
    "UnitDetail": "A unit as written, with its name and base unit.",
}

# By property name; by schema and property name where the meaning differs.
PROPERTIES = {
    "amount_max": "The upper end of a range, in base units.",
    "area_id": "The slug of the district.",
    "areas": "All districts.",
    "as_of": "The day for which the figure or status holds.",
    "base_unit": "The unit of `amount`: 元 for money.",
    "body": "The body that made the pledge, alone or with the official; null if only an official did.",
    "bound": "Whether the target is a minimum, a maximum, an approximation, or the exact figure.",
    "classification": "The kind of organization or area.",
    "code_scheme": "The scheme of the code: GB/T 2260, ISO 3166-1 or another one.",
    "created_at": "Creation time.",
    "description": "A description.",
    "direction": "Whether more or less is better.",
    "district": "The district that has to keep the pledge.",
    "document": "The document, such as a newspaper page.",
    "documentation": "URL of the documentation as an HTML page.",
    "endpoints": "The lists of the API.",
    "evidence": "The pieces of evidence.",
    "examples": "Example queries.",
    "feeds": "Atom feeds.",
    "file": "The file itself.",
    "headline": "The headline above the statement.",
    "id": "Stable identifier.",
    "identifier": "The identifier within the scheme.",
    "identifiers": "Identifiers of the person.",
    "kind": "The kind of place.",
    "label": "The title, as printed.",
    "last_checked_on": "Date of the latest approval of a follow-up.",
    "licence": "Copyright of the texts.",
    "measure": "The kind of figure: a total, a level, an increase, a growth rate, a share or a rank.",
    "media_type": "The media type, determined by the content: `application/pdf`.",
    "memberships": "Persons in posts.",
    "metric": "The canonical metric.",
    "name": "The name, in Chinese.",
    "name_en": "The name in English.",
    "next": "URL of the next page; null on the last one.",
    "note": "Reason for returning.",
    "official": "The official who made the pledge; null if only a body made it.",
    "organisation": "The name of the body, such as a department; null if the post is in the district's own leadership.",
    "organization_id": "The id of the organization.",
    "organizations": "All organizations.",
    "parent_id": "The slug of the parent district.",
    "person_id": "The slug of the official.",
    "permissions": "The permissions of the user: `pledges.add_followup`.",
    "persons": "All officials.",
    "post": "The post held on that day; null if only a body spoke.",
    "post_id": "The id of the post.",
    "posts": "All posts.",
    "previous": "URL of the previous page; null on the first one.",
    "published_on": "Publication date of the evidence.",
    "publisher": "The publisher.",
    "quote": "The passage that supports the status.",
    "results": "The rows, in order.",
    "role": "The title of the post.",
    "roles": "The roles of the user, by name.",
    "pinyin": "The name in pinyin, in syllables without tones.",
    "schema": "URL of this description.",
    "scheme": "The scheme of the identifier.",
    "sha256": "SHA-256 of the content, in hexadecimal.",
    "slug": "URL slug; stable.",
    "successor": "The slug of the district that this one became; null for a district of today.",
    "sources": "The source pages.",
    "state": "Review state.",
    "statement": "The statement in the document.",
    "status": "The status of the pledge.",
    "on_earlier_target": "Whether the status was given on a target that was amended since.",
    "status_since": "The `as_of` of the follow-up that determines the status.",
    "previous_status": "The status of the pledge before the approval; null before it.",
    "resulting_status": "The status of the pledge after the approval, which another follow-up with a later `as_of` may"
    " determine; null before it.",
    "strength": "How firmly the pledge was made.",
    "submitted_at": "Time of submission.",
    "summary": "The result in one or two sentences.",
    "reason": "The reason for deviating from the suggested status, or for an unusual figure or date.",
    "tier": "`core` or `optional`; see the filter `tier`.",
    "title": "The title.",
    "topic": "The topic of the metric.",
    "valid_from": "When the place got its name and kind, as far as known: a year, a month or a day; null if unknown.",
    "valid_to": "When the place lost them; null for a place of today, or if unknown.",
    "unit": "The unit as written.",
    "updated_at": "Time of the last change.",
    "user": "The user name.",
    "url": "URL of this row.",
    "version": "Version number, used as `ETag`.",
    "year": "The plan year.",
    "Body.kind": "The kind of body.",
    "Document.kind": "The kind of document.",
    "Endpoint.url": "The URL.",
    "EvidenceBody.statement": "The id of a statement in the record.",
    "EvidenceBody.url": "A link.",
    "FollowUpBody.supersedes": "Only for a correction: the id of the approved follow-up of the pledge that was wrong.",
    "EvidenceFile.name": "The file name at upload.",
    "FollowUp.unit": "The symbol of the unit of `actual`.",
    "FollowUpBody.status": "The status found.",
    "Official.name": "The name.",
    "PopoloPerson.name": "The name.",
    "Post.body": "The slug of the body; null if the post is in the district's own leadership.",
    "ReviewedFollowUp.unit": "The symbol of the unit of `actual`.",
    "Root.name": "The name of the API.",
    "Point.target": "The target in force.",
    "Total.actual": "The actual figures.",
    "Total.target": "The targets.",
    "Unit.dimension": "The dimension that the unit measures.",
}

PATH_PARAMETERS = {
    "evidence": "The id of the piece of evidence.",
    "id": "The id.",
    "ref": "The reference of the pledge.",
    "slug": "The slug; for a district, also its code.",
    "symbol": "The unit as written.",
}
EXAMPLES = {
    "District.code": "150105",
    "District.name": "赛罕区",
    "District.name_en": "Saihan District",
    "District.slug": "saihan",
    "Document.date": "2025-01",
    "EvidenceBody.published_on": "2026-01-20",
    "EvidenceBody.publisher": "样例市统计局",
    "EvidenceBody.quote": "全年重点项目完成投资402.6亿元",
    "EvidenceBody.title": "2025年国民经济和社会发展统计公报",
    "EvidenceBody.url": "https://news.example/report",
    "FollowUp.ratio": "1.0457",
    "FollowUpBody.actual": "402.6",
    "FollowUpBody.as_of": "2025-12-31",
    "FollowUpBody.summary": "全年完成投资402.6亿元，超过目标。",
    "FollowUpBody.unit": "亿元",
    "NoteBody.note": "链接打不开，请换成公告。",
    "Pledge.amount": "38500000000",
    "Pledge.base_unit": "元",
    "Pledge.deadline": "2025-12-31",
    "Pledge.label": "重点项目年度投资额",
    "Pledge.quote": "年度计划投资 385 亿元",
    "Pledge.ref": "hhht-2025-009",
    "Pledge.target": "38.5 billion yuan by 2025-12-31",
    "Pledge.value": "385",
    "Pledge.year": 2025,
    "Unit.denominator": "1",
    "Unit.factor": "100000000",
    "Unit.numerator": "100000000",
    "Unit.symbol": "亿元",
}

HEADERS = {
    "RateLimit": 'Requests left in the window, and seconds until it resets: `"anonymous";r=599;t=42`.',
    "RateLimit-Policy": 'The quota of this client: `"anonymous";q=600;w=60` is 600 requests in 60 seconds.',
    "X-Request-ID": "The id sent with the request, or a new one; the operator can find it in the log.",
}


def complete(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Add missing descriptions, and move the headers and problems that all responses share to components.

    Operations without `security` need no token, which an empty list says.
    """
    components = result["components"]
    _describe(components["schemas"])
    components["schemas"][PledgeEntry.__name__] = entry_schema(components["schemas"]["Pledge"])
    components["headers"] = {
        name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()
    }
    problems = components.setdefault("responses", {})
    for operation in (operation for operations in result["paths"].values() for operation in operations.values()):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                parameter["description"] = PATH_PARAMETERS[parameter["name"]]
        operation.setdefault("security", [])
        responses = operation["responses"]
        for status, response in responses.items():
            response["description"] = response["description"] or f"{operation['summary']}."
            response.setdefault("headers", {}).update(
                {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
            )
            if PROBLEM_TYPE in response.get("content", {}):
                name = HTTPStatus(int(status)).phrase.replace(" ", "")
                problems[name] = response
                responses[status] = {"$ref": f"#/components/responses/{name}"}
    return result


def _describe(schemas: dict[str, Any]) -> None:
    """Describe all schemas and properties, and replace the `NullEnum` of drf-spectacular by the type `null`."""
    schemas.pop("NullEnum", None)
    for name, schema in schemas.items():
        base = name.removeprefix("Patched")
        schema["description"] = SCHEMAS.get(base) or schema.get("description") or _page_description(name)
        for key, inner in schema.get("properties", {}).items():
            inner.setdefault("description", PROPERTIES.get(f"{base}.{key}") or PROPERTIES.get(key, ""))
            if example := EXAMPLES.get(f"{base.removesuffix('Detail')}.{key}"):
                inner["examples"] = [example]
            if {"$ref": "#/components/schemas/NullEnum"} in inner.get("oneOf", []):
                inner["oneOf"][-1] = {"type": "null"}


def _page_description(name: str) -> str:
    return "A page of a list." if name.endswith("Page") else ""
