"""Which of its formats a client gets: by the suffix of the address, or by what it accepts."""

from collections.abc import Iterable
from typing import Any

from django.http.request import MediaType
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class FormatNegotiation(DefaultContentNegotiation):
    """Weighs what is accepted by its q-values, which REST framework leaves out."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        if format_suffix:
            renderer = self.filter_renderers(renderers, format_suffix)[0]
            return renderer, str(renderer.media_type)
        accepted = [MediaType(token) for token in self.get_accept_list(request)]
        likings = [(renderer, _accepted(str(renderer.media_type), accepted)) for renderer in renderers]
        offers = [(renderer, found) for renderer, found in likings if found]
        if not offers:
            raise NotAcceptable(available_renderers=list(renderers))
        renderer, found = max(offers, key=lambda offer: (offer[1].quality, offer[1].specificity))
        return renderer, str(found)


def _accepted(media_type: str, accepted: Iterable[MediaType]) -> MediaType | None:
    """The part of `Accept` that says most about a media type, unless it says no. Parameters don't matter: `charset`."""
    offer = MediaType(media_type)
    fitting = [one for one in accepted if _fits(one.main_type, offer.main_type) and _fits(one.sub_type, offer.sub_type)]
    found: Any = max(fitting, key=lambda one: one.specificity, default=None)
    return found if found and found.quality else None


def _fits(one: str, other: str) -> bool:
    return one == other or "*" in (one, other)
