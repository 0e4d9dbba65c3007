import pytest
from django.contrib.auth.models import Group, Permission

from pledges.importer.reference_data import load_missing
from pledges.models import District, Metric, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def loaded(module_db: None) -> int:
    Group.objects.all().delete()
    return load_missing()


def test_fixtures_are_loaded(loaded: int) -> None:
    assert District.objects.get(name="赛罕区").parent == District.objects.get(name="呼和浩特市")
    assert Unit.objects.get(symbol="亿元").factor == 10**8
    assert set(Group.objects.values_list("name", flat=True)) == {"reader", "editor", "chief editor", "administrator"}


def test_second_run_adds_nothing(loaded: int) -> None:
    assert loaded > 0
    assert load_missing() == 0


def test_edited_row_is_kept(loaded: int) -> None:
    Metric.objects.filter(slug="key-projects").update(name="重点项目")

    load_missing()

    assert Metric.objects.get(slug="key-projects").name == "重点项目"


def test_deleted_row_is_added_again(loaded: int) -> None:
    Metric.objects.filter(slug="key-projects").delete()

    assert load_missing() == 1


def test_role_of_an_older_version_gets_new_permissions(loaded: int) -> None:
    editor = Group.objects.get(name="editor")
    editor.permissions.remove(Permission.objects.get(codename="add_followup"))

    assert load_missing() == 1
    assert editor.permissions.filter(codename="add_followup").exists()


def test_permission_added_to_a_role_is_kept(loaded: int) -> None:
    editor = Group.objects.get(name="editor")
    editor.permissions.add(Permission.objects.get(codename="delete_pledge"))

    assert load_missing() == 0
    assert editor.permissions.filter(codename="delete_pledge").exists()
