"""Format the names of users and lists of names, as the admin and the API show them."""

import re
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

HAN = re.compile("[\u3400-\u9fff]")


def display_name(user: User) -> str:
    """Return the full name, or the user name if there is none. A Chinese family name comes first, without a space."""
    if HAN.search(user.last_name) and HAN.search(user.first_name):
        return f"{user.last_name}{user.first_name}"
    return user.get_full_name() or user.username


def joined(names: Iterable[object]) -> str:
    """Join names in a sentence, with the comma of the active language: “a, b”, in Chinese “a、b”."""
    return _(", ").join(map(str, names))
