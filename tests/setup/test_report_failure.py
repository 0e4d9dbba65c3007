"""`manage.py report_failure`, which systemd starts when a backup or a restore drill fails."""

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from pytest_django.fixtures import Settings


def report(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("report_failure", "duixian-backup")
    return capsys.readouterr().out


def test_failure_is_mailed_and_logged(
    settings: Settings,
    mailoutbox: list[EmailMessage],
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.ADMINS = [("", "desk@pledges.example")]
    assert report(capsys) == "Reported duixian-backup to desk@pledges.example.\n"
    assert mailoutbox[0].to == ["desk@pledges.example"]
    assert "duixian-backup has failed" in mailoutbox[0].subject
    assert "journalctl --unit duixian-backup" in mailoutbox[0].body
    assert caplog.messages == ["A unit of systemd has failed: duixian-backup"]


def test_missing_recipient_is_reported(mailoutbox: list[EmailMessage], capsys: pytest.CaptureFixture[str]) -> None:
    assert "ALERT_EMAIL is not set" in report(capsys)
    assert mailoutbox == []
