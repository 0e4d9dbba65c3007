"""A new record is empty but runs, and its examples can be loaded; a record can be left again."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from config.management.commands import prepare
from pledges.importer.leaving import leave
from pledges.importer.loader import load
from pledges.models import Metric, Pledge
from tests.factories import make_follow_up, make_topic


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "我的 record"
    call_command("start_record", str(folder), stdout=StringIO())
    return folder


def uncomment(folder: Path) -> None:
    """Remove the “# ” before the examples, which begin after an empty comment."""
    for file in folder.glob("*.yaml"):
        _head, _empty, example = file.read_text(encoding="utf-8").partition("\n#\n")
        file.write_text(re.sub("(?m)^# ?", "", example), encoding="utf-8")


def test_next_steps_name_the_folder(tmp_path: Path) -> None:
    output = StringIO()
    call_command("start_record", str(tmp_path / "my city"), stdout=output)
    assert f"make run RECORD='{tmp_path}/my city'" in output.getvalue()


def test_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(CommandError, match="is not empty"):
        call_command("start_record", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.django_db
@pytest.mark.usefixtures("places_metrics_and_units")
def test_empty_record_is_prepared_and_says_how_to_go_on(folder: Path, settings: Settings) -> None:
    settings.RECORD = folder
    Pledge.objects.all().delete()
    command = prepare.Command(stdout=StringIO())
    command.load_record(folder)
    assert "The record is empty. Write its first page in" in command.stdout._out.getvalue()  # type: ignore[attr-defined]  # noqa: SLF001


@pytest.mark.django_db
@pytest.mark.parametrize("record", ["/nowhere", ""])
def test_record_that_does_not_exist_is_an_error(settings: Settings, record: str) -> None:
    settings.RECORD = Path(record) if record else None
    message = "To begin a new record there: python manage.py start_record /nowhere" if record else "set RECORD"
    with pytest.raises(CommandError, match=message):
        call_command("load_pledges")


@pytest.mark.django_db
@pytest.mark.usefixtures("places_metrics_and_units")
def test_examples_can_be_loaded_and_left_again(folder: Path) -> None:
    make_topic("industry")
    uncomment(folder)
    report = load([folder])
    assert (report.created, report.reference.added) == (1, 6)
    pledge = Pledge.objects.get()
    assert leave(folder, check=True).retracted == 1
    assert Pledge.objects.get().state == "published"

    found = leave(folder)
    assert (found.retracted, found.used) == (1, ["example-city"])
    assert found.deleted == ["example-zone", "street-lamps", "万盏", "盏", "lamps"]
    assert not Metric.objects.filter(slug="street-lamps").exists()
    pledge.refresh_from_db()
    assert (pledge.state, pledge.district.slug) == ("retracted", "example-city")


@pytest.mark.django_db
@pytest.mark.usefixtures("places_metrics_and_units")
def test_retraction_of_a_judged_pledge_is_proposed(folder: Path) -> None:
    make_topic("industry")
    uncomment(folder)
    load([folder])
    make_follow_up(Pledge.objects.get(), as_of="2026-02-01")
    report = leave(folder)
    assert (report.retracted, [proposal.loaded for proposal in report.proposals]) == (0, ["retracted"])


@pytest.mark.django_db
def test_folder_from_which_nothing_was_loaded_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("leave_record", str(tmp_path), stderr=StringIO())
