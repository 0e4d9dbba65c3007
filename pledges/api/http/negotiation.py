"""Content negotiation: choose the format by the suffix of the URL or by the `Accept` header."""

from collections.abc import Iterable
from typing import Any

from django.http.request import MediaType
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

PROBLEM_TYPE = "application/problem+json"


class FormatNegotiation(DefaultContentNegotiation):
    """Content negotiation that respects q-values, which Django REST framework ignores."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        if format_suffix:
            renderer = self.filter_renderers(renderers, format_suffix)[0]
            return renderer, str(renderer.media_type)
        renderers = list(renderers)
        accepted = [MediaType(token) for token in self.get_accept_list(request)]
        candidates = [(renderer, _best_match(str(renderer.media_type), accepted)) for renderer in renderers]
        matches = [(renderer, media_range) for renderer, media_range in candidates if media_range]
        if not matches and _best_match(PROBLEM_TYPE, accepted):
            # Some clients list the type of errors only, because they know that of the content from the description.
            return renderers[0], str(renderers[0].media_type)
        if not matches:
            raise NotAcceptable(available_renderers=renderers)
        renderer, media_range = max(matches, key=lambda match: (match[1].quality, match[1].specificity))
        return renderer, str(media_range)


def _best_match(media_type: str, accepted: Iterable[MediaType]) -> MediaType | None:
    """Return the most specific media range that matches, or None if there is none or its q-value is 0.

    Parameters such as `charset` are ignored.
    """
    offered = MediaType(media_type)
    matching = [
        media_range
        for media_range in accepted
        if _matches(media_range.main_type, offered.main_type) and _matches(media_range.sub_type, offered.sub_type)
    ]
    best: Any = max(matching, key=lambda media_range: media_range.specificity, default=None)
    return best if best and best.quality else None


def _matches(accepted: str, offered: str) -> bool:
    return accepted == offered or "*" in (accepted, offered)
