"""Which officials the names in files mean."""

import io
from pathlib import Path
from typing import Any

import pytest

from pledges.exports.flat_pledges import write
from pledges.importer.file_problems import LoadError
from pledges.importer.loader import load
from pledges.models import Official, Pledge, Post, Statement
from tests.factories import make_district, make_official
from tests.importer.pages import PAGE, lines, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places_metrics_and_units")]

YUNLING = {"ref": "a", "document": "page-a", "official": "沈同名", "post_district": "云岭市"}
SHANYIN = {"ref": "b", "document": "page-b", "official": "沈同名", "post_district": "山阴县"}
BOTH = [
    {"ref": "c", "document": "page-c", "official": "沈同名", "post_district": "云岭市"},
    {"ref": "d", "document": "page-c", "official": "沈同名", "post_district": "山阴县"},
]


def speakers() -> dict[str, str]:
    """The slug of the official of each pledge."""
    return dict(Pledge.objects.order_by("ref").values_list("ref", "statement__official__slug"))


def message(*paths: Path) -> str:
    with pytest.raises(LoadError) as error:
        load(list(paths))
    (problem,) = error.value.problems.kept
    return str(problem)


@pytest.fixture(params=["one file", "one call", "two calls"])
def load_parts(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Load two lists of entries in one file, or in two files by one call or by two."""

    def load_both(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> None:
        if request.param == "one file":
            load([lines(tmp_path, *first, *second)])
            return
        files = [lines(tmp_path, *first, name="b.jsonl"), lines(tmp_path, *second, name="a.jsonl")]
        for call in [files] if request.param == "one call" else [[file] for file in files]:
            load(call)

    return load_both


def test_name_in_another_district_is_another_official(load_parts: Any) -> None:
    load_parts([YUNLING], [SHANYIN])
    assert speakers() == {"a": "沈同名", "b": "沈同名-shanyin"}
    assert set(Official.objects.values_list("name", flat=True)) == {"沈同名"}


def test_name_in_the_same_district_is_the_same_official(load_parts: Any) -> None:
    load_parts([YUNLING, SHANYIN], [YUNLING | {"ref": "e", "document": "page-e", "post": "市长"}])
    assert speakers() == {"a": "沈同名", "b": "沈同名-shanyin", "e": "沈同名"}


def test_name_on_one_page_is_one_official_in_two_posts(load_parts: Any) -> None:
    load_parts(BOTH[:1], BOTH[1:])
    assert speakers() == {"c": "沈同名", "d": "沈同名"}
    assert Statement.objects.count() == 2


def test_official_in_two_districts_is_found_in_both(load_parts: Any) -> None:
    load_parts(BOTH, [SHANYIN, YUNLING])
    assert set(speakers().values()) == {"沈同名"}


def test_page_on_which_a_known_official_has_a_second_post(load_parts: Any) -> None:
    load_parts([SHANYIN], BOTH)
    assert set(speakers().values()) == {"沈同名"}


def test_similar_name_is_another_official(load_parts: Any) -> None:
    load_parts([YUNLING | {"official": "Mia Lou Example"}], [YUNLING | {"ref": "b", "official": "Mia-Lou Example"}])
    assert speakers() == {"a": "Mia-Lou-Example", "b": "Mia-Lou-Example-yunling"}
    assert set(Official.objects.values_list("name", flat=True)) == {"Mia Lou Example", "Mia-Lou Example"}


def test_similar_name_with_official_slug_is_that_official(load_parts: Any) -> None:
    load_parts([YUNLING], [SHANYIN | {"official": "沈 同名", "official_slug": "沈同名"}])
    assert speakers() == {"a": "沈同名", "b": "沈同名"}
    assert Official.objects.get().name == "沈同名"


def test_known_namesakes_on_one_page_are_an_error(tmp_path: Path) -> None:
    load([lines(tmp_path, YUNLING, SHANYIN)])
    found = message(lines(tmp_path, *BOTH, name="c.jsonl"))
    assert "c.jsonl:1: c: official: “沈同名” can be 沈同名 or 沈同名-shanyin; give official_slug" in found
    slugs = ({"official_slug": "沈同名"}, {"official_slug": "沈同名-shanyin"})
    load([lines(tmp_path, *(entry | slug for entry, slug in zip(BOTH, slugs, strict=True)), name="c.jsonl")])
    assert speakers() == {"a": "沈同名", "b": "沈同名-shanyin", "c": "沈同名", "d": "沈同名-shanyin"}


def test_namesakes_in_one_district_are_an_error_without_slug(tmp_path: Path) -> None:
    load([lines(tmp_path, YUNLING, SHANYIN | {"post_district": "云岭市", "official_slug": "沈同名-2"})])
    assert "can be 沈同名 or 沈同名-2" in message(lines(tmp_path, YUNLING | {"ref": "c", "document": "page-c"}))


@pytest.mark.parametrize("order", [1, -1])
def test_slug_tells_namesakes_on_one_page_apart_in_any_order(tmp_path: Path, order: int) -> None:
    entries = [YUNLING, YUNLING | {"ref": "b", "official_slug": "沈同名-2"}][::order]
    for _time in range(2):
        load([lines(tmp_path, *entries)])
        assert speakers() == {"a": "沈同名", "b": "沈同名-2"}


def test_official_added_in_the_admin_is_found_by_name(tmp_path: Path) -> None:
    make_official("沈同名", slug="沈-1")
    load([lines(tmp_path, YUNLING, SHANYIN)])
    assert speakers() == {"a": "沈-1", "b": "沈同名"}


def test_corrected_district_keeps_the_official(tmp_path: Path) -> None:
    load([lines(tmp_path, YUNLING)])
    load([lines(tmp_path, YUNLING | {"post_district": "山阴县"})])
    assert (speakers(), Official.objects.count(), Statement.objects.count()) == ({"a": "沈同名"}, 1, 1)


def test_corrected_district_of_one_of_two_pages_is_another_official(tmp_path: Path) -> None:
    load([lines(tmp_path, YUNLING, YUNLING | {"ref": "e", "document": "page-e"})])
    load([lines(tmp_path, YUNLING | {"post_district": "山阴县"}, YUNLING | {"ref": "e", "document": "page-e"})])
    assert speakers() == {"a": "沈同名-shanyin", "e": "沈同名"}


def test_corrected_district_with_a_known_official_moves_the_pledge(tmp_path: Path) -> None:
    load([lines(tmp_path, YUNLING, SHANYIN)])
    load([lines(tmp_path, YUNLING | {"post_district": "山阴县"}, SHANYIN)])
    assert speakers() == {"a": "沈同名-shanyin", "b": "沈同名-shanyin"}


def test_name_corrected_in_the_admin_is_kept(tmp_path: Path) -> None:
    load([lines(tmp_path, YUNLING)])
    Official.objects.update(name="沈同明")
    load([lines(tmp_path, YUNLING)])
    assert (speakers(), Official.objects.get().name) == ({"a": "沈同名"}, "沈同明")
    load([lines(tmp_path, YUNLING | {"ref": "e", "document": "page-e"}, name="e.jsonl")])
    assert speakers() == {"a": "沈同名", "e": "沈同名-yunling"}


def test_load_reports_new_officials_and_namesakes(tmp_path: Path) -> None:
    load([lines(tmp_path, YUNLING)])
    report = load(
        [lines(tmp_path, SHANYIN, SHANYIN | {"ref": "e", "document": "page-e", "official": "沈·同名"}, name="b.jsonl")]
    )
    assert report.officials.new_officials == ["沈同名-shanyin", "沈·同名"]
    note = (
        "{} (山阴县) is a new official; if this is the same person as {}, give official_slug or merge them in the admin"
    )
    assert report.officials.notes == [
        note.format("沈同名-shanyin", "沈同名"),
        note.format("沈·同名", "沈同名 or 沈同名-shanyin"),
    ]


@pytest.mark.slow
def test_long_names_get_slugs_of_their_own(tmp_path: Path) -> None:
    make_district("l" * 100, name="远方")
    name = "名" * 100
    load([lines(tmp_path, YUNLING | {"official": name}, SHANYIN | {"official": name, "post_district": "远方"})])
    first, second = speakers().values()
    assert (first, second) == (name, f"{'名' * 59}-{'l' * 40}")


def test_export_restores_the_same_officials(tmp_path: Path) -> None:
    load([lines(tmp_path, *BOTH, name="c.jsonl"), lines(tmp_path, YUNLING | {"official": "沈同名"}, SHANYIN)])
    load([lines(tmp_path, SHANYIN | {"ref": "e", "document": "page-e", "official_slug": "沈同名-3"}, name="e.jsonl")])
    before, exported = speakers(), io.StringIO()
    write(exported, "jsonl")
    for model in (Pledge, Statement, Official, Post):
        model.objects.all().delete()
    (tmp_path / "export.jsonl").write_text(exported.getvalue())
    load([tmp_path / "export.jsonl"])
    assert speakers() == before
    again = io.StringIO()
    write(again, "jsonl")
    assert again.getvalue() == exported.getvalue()


TWO_POSTS = PAGE.replace(
    "      - ref: yl-2025-002",
    "  - official: 张三丰\n    post: 县委书记\n    district: 山阴县\n    pledges:\n      - ref: yl-2025-002",
)


def test_statements_in_two_posts_on_one_page_are_two(tmp_path: Path) -> None:
    assert load([page(tmp_path, TWO_POSTS)]).statements == 2
    posts = dict(Pledge.objects.values_list("ref", "statement__post__title"))
    assert posts == {"yl-2025-001": "云岭市委副书记、市长", "yl-2025-002": "县委书记"}
    report = load([page(tmp_path, TWO_POSTS)])
    assert (report.unchanged, Statement.objects.count(), Official.objects.count()) == (2, 2, 1)


def test_statement_can_be_divided_by_post_and_joined_again(tmp_path: Path) -> None:
    load([page(tmp_path)])
    load([page(tmp_path, TWO_POSTS)])
    assert set(Pledge.objects.values_list("ref", "statement__post__title")) == {
        ("yl-2025-001", "云岭市委副书记、市长"),
        ("yl-2025-002", "县委书记"),
    }
    load([page(tmp_path)])
    assert set(Pledge.objects.values_list("statement__post__title", flat=True)) == {"云岭市委副书记、市长"}


def test_post_corrected_in_the_admin_is_kept_beside_a_second_post(tmp_path: Path) -> None:
    load([page(tmp_path)])
    Post.objects.update(title="市长")
    report = load([page(tmp_path, TWO_POSTS)])
    assert [(conflict.field, conflict.edited) for conflict in report.conflicts] == [("post", "市长 · 云岭市")]
    assert dict(Pledge.objects.values_list("ref", "statement__post__title")) == {
        "yl-2025-001": "市长",
        "yl-2025-002": "县委书记",
    }
