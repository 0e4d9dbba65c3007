"""The name of a user as the admin and the API show it."""

from django.contrib.auth.models import User


def display_name(user: User) -> str:
    return user.get_full_name() or user.username
