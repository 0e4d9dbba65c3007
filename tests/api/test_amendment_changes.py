"""The change log names the amendment that changed a pledge."""

import pytest

from tests.factories import Record, make_amendment, make_follow_up

from .conftest import Api


@pytest.mark.parametrize("is_of_metric", [False, True])
def test_change_names_its_amendment(committed_record: Record, api: Api, is_of_metric: bool) -> None:
    pledge = committed_record.investment
    make_follow_up(pledge, actual=400)
    amendment = make_amendment(pledge.metric, direction="less") if is_of_metric else make_amendment(pledge, value=1280)
    entries = [entry for entry in api.get("changes/").json()["results"] if entry["ref"] == pledge.ref]
    assert [(entry["kind"], entry["amendment"]) for entry in entries][-2:] == [
        ("status_changed", None),
        ("changed", amendment.pk),
    ]
