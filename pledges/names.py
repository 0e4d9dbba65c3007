"""What colleagues are called."""

from django.contrib.auth.models import User


def name_of(user: User) -> str:
    return user.get_full_name() or user.username
