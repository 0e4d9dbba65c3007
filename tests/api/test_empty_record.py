"""Responses of a server whose record is still empty."""

from tests.api.conftest import Api
from tests.api.test_popolo import SCHEMAS, get_popolo
from tests.commits import commit
from tests.factories import make_record


def test_empty_log_has_a_cursor(api: Api, db: None) -> None:
    cursor = api.get("changes/").json()["cursor"]
    make_record()
    commit()
    assert len(api.get("changes/", since=cursor).json()["results"]) == 3


def test_popolo_document_has_empty_lists(api: Api, db: None) -> None:
    assert get_popolo(api) == {name: [] for name in SCHEMAS}
