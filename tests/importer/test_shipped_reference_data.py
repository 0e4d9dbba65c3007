"""The reference data and roles of `fixtures/` are added to every database."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission

from pledges.importer import roles
from pledges.importer.loader import load
from pledges.importer.reference.merge import ReferenceReport
from pledges.importer.reference.shipped import load_shipped
from pledges.models import Metric, Topic, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def loaded(module_db: None) -> ReferenceReport:
    Group.objects.all().delete()
    roles.add_missing()
    return load_shipped()


def test_fixtures_are_loaded(loaded: ReferenceReport) -> None:
    assert Unit.objects.get(symbol="亿元").factor == 10**8
    assert Metric.objects.get(slug="key-projects").topic == Topic.objects.get(slug="projects")
    jobs = Metric.objects.get(slug="urban-jobs")
    assert (jobs.usual_unit_id, jobs.usual_measure) == ("万人", "increase")
    assert set(Group.objects.values_list("name", flat=True)) == {"reader", "editor", "chief editor", "administrator"}


def test_second_run_changes_nothing(loaded: ReferenceReport) -> None:
    assert loaded.added > 0
    assert load_shipped() == ReferenceReport()
    assert roles.add_missing() == 0


def test_edited_row_is_kept(loaded: ReferenceReport) -> None:
    Metric.objects.filter(slug="key-projects").update(name="重点项目")
    (conflict,) = load_shipped().conflicts
    assert (conflict.name, conflict.field, conflict.edited, conflict.loaded) == (
        *("key-projects", "name"),
        *("重点项目", "重点项目数"),
    )
    assert Metric.objects.get(slug="key-projects").name == "重点项目"


def test_row_of_a_record_is_kept(loaded: ReferenceReport, tmp_path: Path) -> None:
    file = tmp_path / "metrics.yaml"
    file.write_text("- {slug: key-projects, name: 大项目, topic: projects, dimension: count-items}\n")
    assert load([file]).reference.updated == 1
    assert load_shipped().updated == 0
    assert Metric.objects.get(slug="key-projects").name == "大项目"


def test_deleted_row_is_added_again(loaded: ReferenceReport) -> None:
    Metric.objects.filter(slug="key-projects").delete()
    assert load_shipped().added == 1


def test_row_that_an_editor_has_added_under_another_slug_is_left_out(loaded: ReferenceReport) -> None:
    Metric.objects.filter(slug="key-projects").delete()
    topic = Topic.objects.get(slug="projects")
    Metric.objects.create(
        slug="own", name="重点项目数", topic=topic, dimension=Metric.objects.get(slug="total-investment").dimension
    )
    assert load_shipped().added == 0


def test_row_of_which_an_editor_uses_an_other_name_is_left_out(loaded: ReferenceReport) -> None:
    shipped = Metric.objects.get(slug="industrial-value-added-above-scale")
    shipped.delete()
    Metric.objects.create(
        slug="own", name=shipped.aliases[0], topic=shipped.topic, dimension=shipped.dimension, aliases=["工业增长"]
    )
    assert load_shipped().added == 0


def test_role_of_an_older_version_gets_new_permissions(loaded: ReferenceReport) -> None:
    editor = Group.objects.get(name="editor")
    editor.permissions.remove(Permission.objects.get(codename="add_followup"))

    assert roles.add_missing() == 1
    assert editor.permissions.filter(codename="add_followup").exists()


def test_permission_added_to_a_role_is_kept(loaded: ReferenceReport) -> None:
    editor = Group.objects.get(name="editor")
    editor.permissions.add(Permission.objects.get(codename="delete_pledge"))

    assert roles.add_missing() == 0
    assert editor.permissions.filter(codename="delete_pledge").exists()
