"""Descriptions and examples for the OpenAPI document, where serializers have none."""

from http import HTTPStatus
from typing import Any

from pledges.api.http.problems import CONTENT_TYPE

SCHEMAS = {
    "Change": "What happened to one pledge in one transaction.",
    "District": "A city, district, banner, county or development zone.",
    "DistrictDetail": "A city, district, banner, county or development zone, with its other names.",
    "Document": "A newspaper page. Its text belongs to the newspaper and is not here.",
    "Endpoint": "An address, and what is there.",
    "Evidence": "One proof: a link, a file or a statement.",
    "EvidenceFile": "An uploaded file.",
    "Fault": "What is wrong with one parameter or one field of the body.",
    "FollowUp": "What was found out about a pledge, with its proof.",
    "Metric": "What is measured: the same metric in several years and places makes a series.",
    "NamedDistrict": "A place, by its slug and name.",
    "NamedMetric": "A metric, by its slug and name.",
    "NoteBody": "Why a follow-up is returned.",
    "Official": "Somebody who pledged something.",
    "Pledge": "Everything that it takes to show a pledge.",
    "PledgeDetail": "A pledge with its proof, and the pledges before and after it.",
    "PopoloArea": "A district.",
    "PopoloDocument": "Everybody and everything; the ids in one list are those of another.",
    "PopoloIdentifier": "What somebody is called in a scheme.",
    "PopoloLink": "Where there is more.",
    "PopoloMembership": "A person in a post. Each source tells of one day; since when and until when is not known.",
    "PopoloOrganization": "The leadership of a district, or one of its departments.",
    "PopoloPerson": "Somebody who pledged something.",
    "PopoloPersonDetail": "Somebody who pledged something, with the posts that they held.",
    "PopoloPost": "A post, as printed.",
    "PopoloSource": "A page that tells it.",
    "Post": "A post, as printed on the day.",
    "Problem": "What went wrong, as RFC 9457 has it.",
    "Promised": "The sum of targets.",
    "Reached": "The sum of actual figures, and what these had promised.",
    "Review": "How far a follow-up has come at the desk; for colleagues only.",
    "ReviewedFollowUp": "A follow-up, for colleagues with how it came about.",
    "Revisions": "What target and actual were before.",
    "Root": "What there is.",
    "Series": "One metric over the years.",
    "Statement": "What one official says on one page.",
    "StatementDetail": "What one official says on one page, with both.",
    "Stats": "How many pledges there are of each kind, and what they add up to.",
    "Topic": "What metrics are about.",
    "Unit": "A unit as written.",
    "UnitDetail": "A unit as written, with its name and base unit.",
}

# By property name; by schema and property name where the meaning differs.
PROPERTIES = {
    "amount_max": "The upper end of a range, in base units.",
    "area_id": "The slug of the district.",
    "areas": "All districts.",
    "as_of": "The day for which it holds.",
    "base_unit": "The unit of `amount`: 元 for whatever is money.",
    "bound": "Whether the figure is a least, a most, about right or exact.",
    "classification": "What kind it is.",
    "created_at": "When it was written.",
    "description": "What it is.",
    "direction": "Whether more or less of it is better.",
    "district": "The place that is bound.",
    "document": "The page that it stands on.",
    "documentation": "The address of the description for people.",
    "endpoints": "The lists of the record.",
    "evidence": "The proofs.",
    "examples": "Questions to begin with.",
    "feeds": "Atom feeds.",
    "file": "The file itself.",
    "headline": "The headline above what the official says.",
    "id": "Its key, which never changes.",
    "identifier": "The name in the scheme.",
    "identifiers": "What the person is called here.",
    "kind": "What kind of place it is.",
    "label": "Its title, as printed.",
    "last_checked_on": "The last day on which somebody looked.",
    "licence": "To whom the texts belong.",
    "measure": "What the figure is: a total, a level, an increase, a growth, a share or a rank.",
    "media_type": "By its content: `application/pdf`.",
    "memberships": "Who held which post.",
    "metric": "What is measured.",
    "name": "Its name, in Chinese.",
    "name_en": "Its name in English.",
    "next": "The address of the next page; null on the last one.",
    "note": "What is lacking.",
    "official": "Who pledged it.",
    "organisation": "The department, where the post is not the district's own leadership.",
    "organization_id": "The id of the organization.",
    "organizations": "All organizations.",
    "parent_id": "The slug of the place that it belongs to.",
    "person_id": "The slug of the official.",
    "persons": "All officials.",
    "post": "Their post on that day.",
    "post_id": "The id of the post.",
    "posts": "All posts.",
    "previous": "The address of the page before; null on the first one.",
    "published_on": "The day on which the proof was published.",
    "publisher": "Who published it.",
    "quote": "The words of the proof.",
    "results": "The rows, in their order.",
    "role": "The title of the post.",
    "schema": "The address of this description.",
    "scheme": "Whose identifier it is.",
    "sha256": "The SHA-256 of its bytes, in hexadecimal.",
    "slug": "Its name in addresses, which never changes.",
    "sources": "The pages that tell it.",
    "state": "How far it has come.",
    "statement": "The official on the page.",
    "status": "What became of the pledge.",
    "status_since": "The day for which the newest approved follow-up holds.",
    "strength": "How firmly it was said.",
    "submitted_at": "When it was handed in.",
    "summary": "What was found, in a sentence or two.",
    "reason": "Why the status is not the one that the figures suggest.",
    "tier": "Whether it is one of the core targets.",
    "title": "Its title.",
    "topic": "What the metric is about.",
    "unit": "The unit as written.",
    "updated_at": "When it was last changed.",
    "url": "Its address.",
    "version": "Counts the changes; it is the `ETag`.",
    "year": "The year that the pledge is for.",
    "Endpoint.url": "The address.",
    "EvidenceBody.statement": "The id of a statement of the record.",
    "EvidenceBody.url": "A link.",
    "EvidenceFile.name": "The name that the file was uploaded with.",
    "FollowUp.unit": "The symbol of the unit of `actual`.",
    "FollowUpBody.status": "What was found.",
    "Official.name": "The name.",
    "PopoloPerson.name": "The name.",
    "ReviewedFollowUp.unit": "The symbol of the unit of `actual`.",
    "Root.name": "What this is called.",
    "Point.target": "The target that is in force.",
    "Total.actual": "What was reached of it.",
    "Total.target": "What was promised.",
    "Unit.dimension": "What is measured with it.",
}

PATH_PARAMETERS = {
    "evidence": "The id of the piece of evidence.",
    "id": "Its id.",
    "ref": "The reference of the pledge.",
    "slug": "Its slug; of a district, the GB/T 2260 code will do.",
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
    "Pledge.target": "385 亿元 by 2025-12-31",
    "Pledge.value": "385",
    "Pledge.year": 2025,
    "Unit.factor": "100000000",
    "Unit.symbol": "亿元",
}

HEADERS = {
    "RateLimit": 'What is left for this client, and the seconds until it is more: `"anonymous";r=599;t=42`.',
    "RateLimit-Policy": 'How often this client may ask: `"anonymous";q=600;w=60` is 600 times in 60 seconds.',
    "X-Request-ID": "The id that was sent with the request, or a new one: the operator finds it in the log.",
}


def complete(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Add missing descriptions, and move the headers and problems that all responses share to components."""
    components = result["components"]
    _describe(components["schemas"])
    components["headers"] = {
        name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()
    }
    problems = components.setdefault("responses", {})
    for operation in (operation for operations in result["paths"].values() for operation in operations.values()):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                parameter["description"] = PATH_PARAMETERS[parameter["name"]]
        responses = operation["responses"]
        for status, response in responses.items():
            response["description"] = response["description"] or f"{operation['summary']}."
            response.setdefault("headers", {}).update(
                {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
            )
            if CONTENT_TYPE in response.get("content", {}):
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
