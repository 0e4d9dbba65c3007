"""Format the names of users and lists of names, as the admin and the API show them."""

import re
from collections.abc import Iterable
from itertools import islice

from django.contrib.auth.models import User
from django.utils.text import Truncator
from django.utils.translation import gettext as _

MAX_SHOWN, MAX_SHOWN_LENGTH = 20, 60
HAN = re.compile("[\u3400-\u9fff]")


def display_name(user: User) -> str:
    """Return the full name, or the user name if there is none. A Chinese family name comes first, without a space."""
    if HAN.search(user.last_name) and HAN.search(user.first_name):
        return f"{user.last_name}{user.first_name}"
    return user.get_full_name() or user.username


def joined(names: Iterable[object]) -> str:
    """Join names in a sentence, with the comma of the active language: “a, b”, in Chinese “a、b”."""
    return _(", ").join(map(str, names))


def joined_first(names: Iterable[object], count: int) -> str:
    """Join the first of `count` names, and say how many more there are. Long names are shortened."""
    text = joined(Truncator(str(name)).chars(MAX_SHOWN_LENGTH) for name in islice(names, MAX_SHOWN))
    more = count - MAX_SHOWN
    return _("%(names)s and %(count)d more") % {"names": text, "count": more} if more > 0 else text
