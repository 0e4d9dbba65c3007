"""The ClaimReview of a pledge with a verdict, in the form that schema.org and search engines require."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator
from pytest_django.fixtures import Settings

from pledges.models import Document, Pledge, Statement
from tests.factories import Record, make_amendment, make_follow_up

from .conftest import Api

ORGANIZATION = {
    "type": "object",
    "required": ["@type", "name"],
    "additionalProperties": False,
    "properties": {
        "@type": {"const": "Organization"},
        "name": {"type": "string", "minLength": 1},
        "url": {"type": "string", "format": "uri"},
    },
}
DATE = {"type": "string", "pattern": r"^\d{4}(-\d\d){0,2}$"}
# The properties that schema.org defines for a ClaimReview; `required` are those that Google's fact checks require.
CLAIM_REVIEW = {
    "type": "object",
    "required": ["@context", "@type", "url", "claimReviewed", "reviewRating", "author", "datePublished"],
    "additionalProperties": False,
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@type": {"const": "ClaimReview"},
        "url": {"type": "string", "format": "uri"},
        "inLanguage": {"enum": ["zh-hans", "en"]},
        "datePublished": DATE,
        "author": ORGANIZATION,
        "claimReviewed": {"type": "string", "minLength": 1},
        "reviewBody": {"type": "string", "minLength": 1},
        "reviewRating": {
            "type": "object",
            "required": ["@type", "alternateName"],
            "additionalProperties": False,
            "dependentRequired": {"ratingValue": ["bestRating", "worstRating"]},
            "properties": {
                "@type": {"const": "Rating"},
                "alternateName": {"type": "string", "minLength": 1},
                "ratingValue": {"type": "integer", "minimum": 1, "maximum": 3},
                "worstRating": {"const": 1},
                "bestRating": {"const": 3},
            },
        },
        "itemReviewed": {
            "type": "object",
            "required": ["@type", "author", "appearance"],
            "additionalProperties": False,
            "properties": {
                "@type": {"const": "Claim"},
                "text": {"type": "string", "minLength": 1},
                "datePublished": DATE,
                "author": {
                    "type": "object",
                    "required": ["@type", "name", "jobTitle"],
                    "additionalProperties": False,
                    "properties": {
                        "@type": {"const": "Person"},
                        "name": {"type": "string"},
                        "jobTitle": {"type": "string"},
                    },
                },
                "appearance": {
                    "type": "object",
                    "required": ["@type"],
                    "additionalProperties": False,
                    "properties": {
                        "@type": {"enum": ["NewsArticle", "Report", "CreativeWork"]},
                        "headline": {"type": "string", "minLength": 1},
                        "url": {"type": "string", "format": "uri"},
                        "archivedAt": {"type": "string", "format": "uri"},
                        "datePublished": DATE,
                        "publisher": ORGANIZATION,
                    },
                },
            },
        },
    },
}


def claim_review(api: Api, pledge: Pledge, language: str = "zh-CN") -> Any:
    response = api.client.get(f"/api/v1/pledges/{pledge.ref}/", headers={"Accept-Language": language})
    review = response.json()["claim_review"]
    if review:
        Draft202012Validator(CLAIM_REVIEW).validate(review)
    return review


def test_verdict_names_author_claim_source_and_rating(api: Api, record: Record, settings: Settings) -> None:
    Document.objects.filter(slug="yunling-daily-1").update(url="https://news.example/2025/1")
    follow_up = make_follow_up(record.investment, "met", actual=390)
    assert isinstance(follow_up.reviewed_at, datetime)
    assert claim_review(api, record.investment) == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "http://testserver/api/v1/pledges/yl-2025-001/",
        "inLanguage": "zh-hans",
        "datePublished": timezone.localdate(follow_up.reviewed_at).isoformat(),
        "author": {"@type": "Organization", "name": settings.NEWSROOM, "url": settings.SITE_URL},
        "claimReviewed": "年度投资额：至少 385 亿元，不晚于 2025-12-31（“年度计划投资385亿元”）",
        "itemReviewed": {
            "@type": "Claim",
            "text": "年度计划投资385亿元",
            "author": {"@type": "Person", "name": "张三丰", "jobTitle": "云岭市委副书记、市长"},
            "datePublished": "2025-01",
            "appearance": {
                "@type": "NewsArticle",
                "headline": "说到做到",
                "url": "https://news.example/2025/1",
                "datePublished": "2025-01",
                "publisher": {"@type": "Organization", "name": "云岭日报"},
            },
        },
        "reviewBody": "统计公报已公布。",
        "reviewRating": {
            "@type": "Rating",
            "alternateName": "已兑现",
            "ratingValue": 3,
            "worstRating": 1,
            "bestRating": 3,
        },
    }


def test_claim_review_is_in_the_language_of_the_client(api: Api, record: Record) -> None:
    make_follow_up(record.investment, "met", actual=390)
    review = claim_review(api, record.investment, "en")
    assert review["inLanguage"] == "en"
    assert (
        review["claimReviewed"] == "Annual investment: at least 38.5 billion yuan by 2025-12-31 (“年度计划投资385亿元”)"
    )
    assert review["reviewRating"]["alternateName"] == "met"


@pytest.mark.parametrize(("status", "rating"), [("met", 3), ("partly_met", 2), ("missed", 1), ("withdrawn", None)])
def test_rating_depends_on_the_verdict(api: Api, record: Record, status: str, rating: int | None) -> None:
    make_follow_up(record.investment, status)
    assert claim_review(api, record.investment)["reviewRating"].get("ratingValue") == rating


@pytest.mark.parametrize("status", ["not_started", "in_progress", "stalled", "unverifiable"])
def test_follow_up_without_verdict_has_no_claim_review(api: Api, record: Record, status: str) -> None:
    assert claim_review(api, record.investment) is None
    make_follow_up(record.investment, status)
    assert claim_review(api, record.investment) is None


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_unapproved_verdict_has_no_claim_review(api: Api, record: Record, state: str) -> None:
    make_follow_up(record.investment, "missed", state=state)
    assert claim_review(api, record.investment) is None


def test_correction_replaces_the_verdict(api: Api, record: Record) -> None:
    make_follow_up(record.investment, "met", actual=390)
    make_follow_up(record.investment, "partly_met", actual=200, summary="更正：200亿元。")
    review = claim_review(api, record.investment)
    assert (review["reviewBody"], review["reviewRating"]["ratingValue"]) == ("更正：200亿元。", 2)
    make_follow_up(record.investment, "unverifiable", as_of="2026-01-31")
    assert claim_review(api, record.investment) is None


def test_unknown_values_are_left_out(api: Api, record: Record) -> None:
    Document.objects.update(title="", publisher="", date="2024-02-20/..")
    Statement.objects.update(headline="")
    make_follow_up(record.investment, "met", actual=390, summary="")
    review = claim_review(api, record.investment)
    assert review["itemReviewed"] == {
        "@type": "Claim",
        "text": "年度计划投资385亿元",
        "author": {"@type": "Person", "name": "张三丰", "jobTitle": "云岭市委副书记、市长"},
        "appearance": {"@type": "NewsArticle"},
    }
    assert "reviewBody" not in review


def test_source_of_claim_has_the_type_and_dates_of_its_document(api: Api, record: Record) -> None:
    make_follow_up(record.investment, "met", actual=390)
    copy = {"archived_url": "https://archive.example/1", "archived_on": "2026-01-01"}
    make_amendment(record.investment.statement.document, kind="government_work_report", published="2025-02-01", **copy)
    claim = claim_review(api, record.investment)["itemReviewed"]
    assert claim["datePublished"] == "2025-01"
    assert claim["appearance"] == {
        "@type": "Report",
        "headline": "说到做到",
        "archivedAt": "https://archive.example/1",
        "datePublished": "2025-02-01",
        "publisher": {"@type": "Organization", "name": "云岭日报"},
    }


@pytest.mark.parametrize("date", ["2025", "2025-01-20"])
def test_claim_date_is_only_as_precise_as_known(api: Api, record: Record, date: str) -> None:
    Document.objects.update(date=date)
    make_follow_up(record.investment, "met", actual=390)
    assert claim_review(api, record.investment)["itemReviewed"]["datePublished"] == date


def test_author_is_the_newsroom_of_the_settings(api: Api, record: Record, settings: Settings) -> None:
    settings.NEWSROOM, settings.SITE_URL = "云岭查证", "https://pledges.example"
    make_follow_up(record.investment, "met", actual=390)
    assert claim_review(api, record.investment)["author"] == {
        "@type": "Organization",
        "name": "云岭查证",
        "url": "https://pledges.example",
    }
