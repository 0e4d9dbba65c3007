"""Atom feeds of status changes and amendments: of all pledges, a district with all districts below it, an official."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pledges.api.http.etags import PUBLIC, cache_validators
from pledges.api.http.negotiation import PROBLEM_TYPE
from pledges.api.http.problems import ParameterError, invalid_parameters
from pledges.models import AmendedPledge, District, FollowUp, Official, Pledge, Redirect
from pledges.models.choices import RowKind
from pledges.models.follow_up import FollowUpQuerySet
from pledges.models.pledge_queryset import PledgeQuerySet

MAX_ENTRIES = 50
# What the title of an entry shows of its pledge.
SHOWN = ("district", "metric", "unit", "statement__official", "statement__body")


class AtomFeed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """Return the date of the newest entry. For an empty feed, return a fixed date, so that it stays the same."""
        return super().latest_post_date() if self.items else datetime(1970, 1, 1, tzinfo=UTC)


class StatusFeed(Feed):  # type: ignore[type-arg]  # not subscriptable at run time
    """The newest changes: approved follow-ups that changed the status of their pledge, and amendments of pledges."""

    feed_type = AtomFeed

    @method_decorator(require_safe)
    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.GET:
            return _unknown_parameters(request)
        if any("\x00" in str(part) for part in kwargs.values()):  # PostgreSQL rejects it
            raise Http404
        validators = cache_validators(request)
        try:
            feed = super().__call__(request, *args, **kwargs)
        except Http404:
            if url := self.url_after_merge(str(kwargs.get("slug", ""))):
                return redirect(url, permanent=True, preserve_request=True)
            raise
        response: HttpResponse = validators.conditional_response(request, feed)
        if response.status_code == HTTPStatus.PRECONDITION_FAILED:
            response["Cache-Control"] = "no-store"
            return response
        validators.set_cache_headers(response, PUBLIC, vary=["Accept-Language"])
        return response

    def url_after_merge(self, slug: str) -> str | None:
        """Return the URL of the feed to which that of a merged row leads."""
        return None

    def author_name(self, obj: Any) -> str:
        return settings.NEWSROOM

    def feed_guid(self, obj: Any) -> str:
        return settings.SITE_URL + self.path(obj)

    def path(self, obj: Any) -> str:
        return reverse("status-feed")

    def title(self, obj: Any) -> str:
        return _("Pledges: changes of status")

    def link(self, obj: Any) -> str:
        return reverse("api:pledge-list")

    def items(self, obj: Any) -> list[FollowUp | AmendedPledge]:
        entries: list[FollowUp | AmendedPledge] = [*self._status_changes(obj), *self._amendments(obj)]
        return sorted(entries, key=_published_at, reverse=True)[:MAX_ENTRIES]

    def _amendments(self, obj: Any) -> QuerySet[AmendedPledge]:
        # Of pledges that are public: a feed has no entries of others.
        pledges = self.pledges(obj).order_by().values("pk")
        rows = AmendedPledge.objects.filter(pledge__in=pledges)
        related = (f"pledge__{name}" for name in SHOWN)
        newest = (
            rows.select_related("amendment", *related)
            .defer("pledge__search_text")
            .order_by("-amendment__reviewed_at", "-pk")
        )
        return newest[:MAX_ENTRIES]

    def _status_changes(self, obj: Any) -> QuerySet[FollowUp]:
        changes = self.follow_ups(obj).exclude(previous_status=F("resulting_status"))
        return (
            changes.select_related(*(f"pledge__{name}" for name in SHOWN))
            .defer("pledge__search_text")
            .newest_first()[:MAX_ENTRIES]
        )

    def follow_ups(self, obj: Any) -> FollowUpQuerySet:
        return FollowUp.objects.public()

    def pledges(self, obj: Any) -> PledgeQuerySet:
        return Pledge.objects.public()

    def item_title(self, item: FollowUp | AmendedPledge) -> str:
        pledge = item.pledge
        params = {
            "label": pledge.metric_in_words,
            "status": item.get_resulting_status_display() if isinstance(item, FollowUp) else _("amended"),
            "district": pledge.district,
            "official": pledge.statement.speaker_name,
        }
        return _("%(label)s: %(status)s (%(district)s, %(official)s)") % params

    def item_description(self, item: FollowUp | AmendedPledge) -> str:
        if isinstance(item, AmendedPledge):
            values = item.changed_values.items()
            changes = (
                _("%(name)s: %(before)s → %(after)s")
                % {"name": name, "before": _as_text(before), "after": _as_text(after)}
                for name, (before, after) in values
            )
            paragraphs = [item.amendment.reason, *changes]
        else:
            statuses = item.get_previous_status_display(), item.get_resulting_status_display()
            target = _("Target: %(target)s") % {"target": item.judged_pledge.target_in_words}
            paragraphs = [target, " → ".join(map(str, statuses)), item.summary]
        return format_html_join("", "<p>{}</p>", ((text,) for text in paragraphs if text))

    def item_link(self, item: FollowUp | AmendedPledge) -> str:
        return reverse("api:pledge-detail", args=[item.pledge.ref])

    def item_guid(self, item: FollowUp | AmendedPledge) -> str:
        """A tag URI, not the link: the link may change, the identity must not."""
        kind = "follow-up" if isinstance(item, FollowUp) else "amendment-of-pledge"
        return f"tag:{urlsplit(settings.SITE_URL).hostname},{_published_at(item):%Y-%m-%d}:{kind}/{item.pk}"

    def item_pubdate(self, item: FollowUp | AmendedPledge) -> datetime:
        return _published_at(item)

    item_updateddate = item_pubdate


class DistrictStatusFeed(StatusFeed):
    def url_after_merge(self, slug: str) -> str | None:
        new = Redirect.objects.target_of(RowKind.DISTRICT, slug)
        return new and reverse("district-feed", args=[new])

    def get_object(self, request: HttpRequest, slug: str) -> District:
        return District.objects.get(slug=slug)

    def path(self, district: District) -> str:
        return reverse("district-feed", args=[district.slug])

    def title(self, district: District) -> str:
        return _("%(name)s: changes of status") % {"name": district}

    def link(self, district: District) -> str:
        return reverse("api:district-detail", args=[district.slug])

    def follow_ups(self, district: District) -> FollowUpQuerySet:
        return super().follow_ups(district).filter(pledge__district__in=self._within(district))

    def pledges(self, district: District) -> PledgeQuerySet:
        return super().pledges(district).filter(district__in=self._within(district))

    def _within(self, district: District) -> list[int]:
        # A list of keys, not a subquery: the planner then knows their number, and starts from the pledges if it is low.
        return list(District.objects.within([district.pk]).values_list("pk", flat=True))


class OfficialStatusFeed(StatusFeed):
    def url_after_merge(self, slug: str) -> str | None:
        new = Redirect.objects.target_of(RowKind.OFFICIAL, slug)
        return new and reverse("official-feed", args=[new])

    def get_object(self, request: HttpRequest, slug: str) -> Official:
        return Official.objects.public().get(slug=slug)

    def path(self, official: Official) -> str:
        return reverse("official-feed", args=[official.slug])

    def title(self, official: Official) -> str:
        return _("%(name)s: changes of status") % {"name": official.name}

    def link(self, official: Official) -> str:
        return reverse("api:official-detail", args=[official.slug])

    def follow_ups(self, official: Official) -> FollowUpQuerySet:
        return super().follow_ups(official).filter(pledge__statement__official=official)

    def pledges(self, official: Official) -> PledgeQuerySet:
        return super().pledges(official).filter(statement__official=official)


def _published_at(item: FollowUp | AmendedPledge) -> datetime:
    at = item.reviewed_at if isinstance(item, FollowUp) else item.amendment.reviewed_at
    assert at  # noqa: S101  it is approved
    return at


def _as_text(value: object) -> str:
    return "–" if value is None else str(value)


def _unknown_parameters(request: HttpRequest) -> HttpResponse:
    message = _("No parameters are accepted here.")
    errors = [ParameterError(name, str(value), message, []) for name, value in request.GET.items()]
    headers = {"Cache-Control": "no-store"}
    return JsonResponse(invalid_parameters(errors), status=400, content_type=PROBLEM_TYPE, headers=headers)
