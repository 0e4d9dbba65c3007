"""A verdict as a schema.org `ClaimReview`, for search engines and for newsrooms that collect fact checks."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pledges.models import FollowUp, Pledge, Statement
from pledges.models.choices import DocumentKind, Status

# The rating expresses how far a pledge was kept, not whether a statement was true. A withdrawn target has no rating.
RATINGS = {Status.MISSED: 1, Status.PARTLY_MET: 2, Status.MET: 3}
# The types of schema.org that are more exact than `CreativeWork`.
TYPES: dict[str, str] = {
    DocumentKind.NEWSPAPER_PAGE: "NewsArticle",
    DocumentKind.NEWS_REPORT: "NewsArticle",
    DocumentKind.GOVERNMENT_WORK_REPORT: "Report",
    DocumentKind.STATISTICAL_BULLETIN: "Report",
    DocumentKind.BUDGET: "Report",
}

TYPED_OBJECT_SCHEMA = {"type": "object", "required": ["@type"], "properties": {"@type": {"type": "string"}}}
CLAIM_REVIEW_SCHEMA = {
    "type": ["object", "null"],
    "description": "The verdict as a ClaimReview (schema.org) in JSON-LD, in the client's language; otherwise null."
    " `ratingValue` says how far the pledge was kept: 1 missed, 2 partly met, 3 met. It is absent for withdrawn.",
    "required": [
        *("@context", "@type", "url", "inLanguage", "datePublished", "author"),
        *("claimReviewed", "itemReviewed", "reviewRating"),
    ],
    "properties": {
        "@context": {"type": "string"},
        "@type": {"type": "string"},
        "url": {"type": "string", "format": "uri"},
        "inLanguage": {"type": "string"},
        "datePublished": {
            "type": "string",
            "format": "date",
            "description": "The day of approval.",
        },
        "author": TYPED_OBJECT_SCHEMA | {"description": "The newsroom, an Organization."},
        "claimReviewed": {"type": "string", "description": "The target as a sentence, with the quote."},
        "itemReviewed": TYPED_OBJECT_SCHEMA | {"description": "The Claim, with its author and its document."},
        "reviewBody": {"type": "string", "description": "The summary of the follow-up."},
        "reviewRating": TYPED_OBJECT_SCHEMA
        | {"description": "The Rating. `alternateName` is the label of the status."},
    },
}


def claim_review(pledge: Pledge, follow_up: FollowUp | None, url: str) -> dict[str, Any] | None:
    """Return the `ClaimReview` of the follow-up that determines the status of a pledge, or None without a verdict.

    `url` is the URL of the pledge.
    """
    if follow_up is None or follow_up.reviewed_at is None or not follow_up.is_verdict:
        return None
    pledge = follow_up.judged_pledge
    claim = {"label": pledge.metric_in_words, "target": pledge.target_in_words, "quote": pledge.quote}
    return _without_empty(
        {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "url": url,
            "inLanguage": get_language(),
            "datePublished": timezone.localdate(follow_up.reviewed_at).isoformat(),
            "author": {"@type": "Organization", "name": settings.NEWSROOM, "url": settings.SITE_URL},
            "claimReviewed": _("%(label)s: %(target)s (“%(quote)s”)") % claim,
            "itemReviewed": _claim(pledge.quote, pledge.statement),
            "reviewBody": follow_up.summary,
            "reviewRating": _rating(follow_up),
        }
    )


def _claim(quote: str, statement: Statement) -> dict[str, Any]:
    document = statement.document
    return _without_empty(
        {
            "@type": "Claim",
            "text": quote,
            "author": _author(statement),
            "datePublished": _date(document.date),
            "appearance": _without_empty(
                {
                    "@type": TYPES.get(document.kind, "CreativeWork"),
                    "headline": statement.headline or document.title,
                    "url": document.url,
                    "archivedAt": document.archived_url,
                    "datePublished": _date(document.published or document.date),
                    "publisher": document.publisher and {"@type": "Organization", "name": document.publisher},
                }
            ),
        }
    )


def _author(statement: Statement) -> dict[str, Any]:
    body = statement.body and {"@type": "Organization", "name": str(statement.body)}
    if not statement.official:
        return body or {}
    person = {"@type": "Person", "name": statement.official.name, "jobTitle": statement.post and statement.post.title}
    return _without_empty(person | {"worksFor": body})


def _date(partial_date: str) -> str | None:
    """Return a day, month or year, or None for a date “or later”, which schema.org cannot express."""
    return None if partial_date.endswith("..") else partial_date


def _rating(follow_up: FollowUp) -> dict[str, Any]:
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": follow_up.get_status_display()}
    value = RATINGS.get(Status(follow_up.status))
    return rating if value is None else rating | {"ratingValue": value, "worstRating": 1, "bestRating": 3}


def _without_empty(thing: dict[str, Any]) -> dict[str, Any]:
    """Return only the members that have a value."""
    return {name: value for name, value in thing.items() if value}
