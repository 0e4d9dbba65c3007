"""Names as the admin and the API show them: of users, and several in one sentence."""

import re
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

HAN = re.compile("[\u3400-\u9fff]")


def display_name(user: User) -> str:
    """The full name or, without one, the user name. A Chinese name is written family name first, without a space."""
    if HAN.search(user.last_name) and HAN.search(user.first_name):
        return f"{user.last_name}{user.first_name}"
    return user.get_full_name() or user.username


def joined(names: Iterable[object]) -> str:
    """A list within a sentence: “a, b”, in Chinese “a、b”."""
    return _(", ").join(map(str, names))
