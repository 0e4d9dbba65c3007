"""Choices of model fields. For each, `allowed_values()` makes a check constraint that enforces them in the database."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DistrictKind(models.TextChoices):
    COUNTRY = "country", _("country")
    PROVINCE = "province", _("province")
    AUTONOMOUS_REGION = "autonomous_region", _("autonomous region")
    MUNICIPALITY = "municipality", _("municipality under the central government")
    SPECIAL_REGION = "special_region", _("special administrative region")
    PREFECTURE_LEVEL_CITY = "prefecture_level_city", _("prefecture-level city")
    PREFECTURE = "prefecture", _("prefecture")
    LEAGUE = "league", _("league")
    AUTONOMOUS_PREFECTURE = "autonomous_prefecture", _("autonomous prefecture")
    DISTRICT = "district", _("urban district")
    COUNTY = "county", _("county")
    COUNTY_LEVEL_CITY = "county_level_city", _("county-level city")
    AUTONOMOUS_COUNTY = "autonomous_county", _("autonomous county")
    BANNER = "banner", _("banner")
    AUTONOMOUS_BANNER = "autonomous_banner", _("autonomous banner")
    FOREST_DISTRICT = "forest_district", _("forest district")
    SPECIAL_DISTRICT = "special_district", _("special district")
    ZONE = "zone", _("development zone")
    SUBDISTRICT = "subdistrict", _("subdistrict")
    TOWN = "town", _("town")
    TOWNSHIP = "township", _("township")


class BodyKind(models.TextChoices):
    GOVERNMENT = "government", _("government")
    DEPARTMENT = "department", _("department of a government")
    PARTY = "party", _("party organisation")
    CONGRESS = "congress", _("people's congress or political consultative conference")
    ZONE = "zone", _("administration of a zone")
    COMPANY = "company", _("company")
    OTHER = "other", _("other body")


class DocumentKind(models.TextChoices):
    NEWSPAPER_PAGE = "newspaper_page", _("newspaper page")
    NEWS_REPORT = "news_report", _("news report")
    GOVERNMENT_WORK_REPORT = "government_work_report", _("government work report")
    PLAN = "plan", _("plan")
    NOTICE = "notice", _("notice")
    PRESS_CONFERENCE = "press_conference", _("press conference")
    STATISTICAL_BULLETIN = "statistical_bulletin", _("statistical bulletin")
    BUDGET = "budget", _("budget")
    OTHER = "other", _("other document")


class Direction(models.TextChoices):
    MORE = "more", _("more is better")
    LESS = "less", _("less is better")
    NEAR = "near", _("nearer is better")


class Bound(models.TextChoices):
    AT_LEAST = "at_least", _("at least")
    AT_MOST = "at_most", _("at most")
    MORE_THAN = "more_than", _("more than")
    LESS_THAN = "less_than", _("less than")
    ABOUT = "about", _("about")
    EXACT = "exact", _("as stated")


class Measure(models.TextChoices):
    TOTAL = "total", _("total of the period")
    LEVEL = "level", _("level on a day")
    INCREASE = "increase", _("increase")
    GROWTH = "growth", _("growth rate")
    AVERAGE_GROWTH = "average_growth", _("average yearly growth")
    SHARE = "share", _("share of a whole")
    RANK = "rank", _("rank")


class Strength(models.TextChoices):
    FIRM = "firm", _("firm")
    PLANNED = "planned", _("planned")
    ASPIRED = "aspired", _("aspired to")
    EXPECTED = "expected", _("expected")


class Tier(models.TextChoices):
    CORE = "core", _("core")
    OPTIONAL = "optional", _("optional")


class State(models.TextChoices):
    """Editorial state: whether a pledge is public. Independent of its status."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETRACTED = "retracted", _("retracted")


class ReviewState(models.TextChoices):
    """Stage of a follow-up in the review; only approved ones are public."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned")


class AmendmentState(models.TextChoices):
    """Stage of an amendment; an approved one is applied at once."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class Status(models.TextChoices):
    """Outcome of a pledge. `unchecked`: not assessed yet; `unverifiable`: assessed without result."""

    UNCHECKED = "unchecked", _("unchecked")
    NOT_STARTED = "not_started", _("not started")
    IN_PROGRESS = "in_progress", _("in progress")
    STALLED = "stalled", _("stalled")
    MET = "met", _("met")
    PARTLY_MET = "partly_met", _("partly met")
    MISSED = "missed", _("missed")
    UNVERIFIABLE = "unverifiable", _("unverifiable")
    WITHDRAWN = "withdrawn", _("withdrawn by its maker")


class ChangeKind(models.TextChoices):
    """How the public view of a pledge changed.

    `withdrawn` means that the pledge is no longer public, and is unrelated to the status of the same name.
    """

    CREATED = "created", _("became public")
    CHANGED = "changed", _("changed")
    STATUS_CHANGED = "status_changed", _("status changed")
    WITHDRAWN = "withdrawn", _("no longer public")


class RowKind(models.TextChoices):
    """A kind of rows that can be merged. The values are the names of the models."""

    OFFICIAL = "official", _("official")
    BODY = "body", _("body")
    POST = "post", _("post")
    DISTRICT = "district", _("district")
    METRIC = "metric", _("metric")
    UNIT = "unit", _("unit")
    DOCUMENT = "document", _("document")
    STATEMENT = "statement", _("statement")


class DeliveryState(models.TextChoices):
    """Delivery state of a webhook message."""

    PENDING = "pending", _("pending")
    DELIVERED = "delivered", _("delivered")
    GIVEN_UP = "given_up", _("given up")


VERDICTS = frozenset({Status.MET, Status.PARTLY_MET, Status.MISSED, Status.WITHDRAWN})


def allowed_values(
    model: str, field: str, choices: type[models.TextChoices], *, optional: bool = False
) -> models.CheckConstraint:
    """Return a constraint that admits only the values of `choices`, because bulk writes and SQL bypass validation.

    An optional field can be empty.
    """
    values = ["", *choices.values] if optional else choices.values
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": values}),
        name=f"{model}_{field}_known",
        violation_error_message=_("Choose one of the values listed."),
    )
