"""The second factor of logins: codes of an authenticator app (TOTP), and recovery codes that are valid once each."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_noop
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from pledges.workflow.account_history import log_change

RECOVERY_CODES = 10
APPROVALS = ("pledges.approve_followup", "pledges.approve_amendment")

# What the history of a user shows as changed. It is translated when it is shown.
TURNED_ON = gettext_noop("two-factor login (turned on)")
TURNED_OFF = gettext_noop("two-factor login (turned off)")
RESET = gettext_noop("two-factor login (reset)")
NEW_CODES = gettext_noop("recovery codes")


def confirmed_device(user: User) -> TOTPDevice | None:
    """Return the app of a user, if two-factor login is on. Its `persistent_id` marks sessions that passed it."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def has_second_factor(user: User) -> bool:
    return confirmed_device(user) is not None


def lacks_required_factor(user: User) -> bool:
    """Return whether `REQUIRE_TWO_FACTOR` keeps a user from approving, who otherwise may, until they have a factor."""
    return settings.REQUIRE_TWO_FACTOR and any(map(user.has_perm, APPROVALS)) and not has_second_factor(user)


def new_device(user: User) -> TOTPDevice:
    """Return the device that the user has begun to set up. It counts when `turn_on()` has confirmed it."""
    device = TOTPDevice.objects.filter(user=user, confirmed=False).order_by("pk").first()
    return device or TOTPDevice.objects.create(user=user, name="app", confirmed=False)


@transaction.atomic
def turn_on(user: User, code: str) -> list[str] | None:
    """Confirm the new device by a code of it. Return recovery codes, or None if the code is wrong."""
    devices = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False)
    device = devices.order_by("pk").first()
    if device is None or has_second_factor(user) or not device.verify_token(code):
        return None
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    log_change(user, TURNED_ON, by=user)
    return _replace_recovery_codes(user)


@transaction.atomic
def is_right_code(user: User, code: str) -> bool:
    """Return whether a code is one of a device, and was not used before. Wrong codes delay the next attempts."""
    model = TOTPDevice if len(code) == 6 and code.isdecimal() else StaticDevice
    devices = model.objects.select_for_update().filter(user=user, confirmed=True)
    return any(device.verify_token(code) for device in devices.order_by("pk"))


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    log_change(user, NEW_CODES, by=user)
    return _replace_recovery_codes(user)


def unused_recovery_codes(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


def turn_off(user: User) -> None:
    _remove_devices(user, TURNED_OFF, by=user)


def reset(user: User, *, by: User) -> None:
    """Remove the second factor of somebody who has lost it."""
    _remove_devices(user, RESET, by=by)


@transaction.atomic
def _remove_devices(user: User, change: str, *, by: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    log_change(user, change, by=by)


def _replace_recovery_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes
