from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.factories import Record, make_record


@pytest.fixture
def record(db: None) -> Record:
    return make_record()


class Api:
    """Asks as another program would: `api.refs(district="yunling")`."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, **parameters: Any) -> Any:
        return self.client.get(
            f"/api/v1/{path}?{urlencode(parameters, doseq=True)}" if parameters else f"/api/v1/{path}"
        )

    def refs(self, **parameters: Any) -> list[str]:
        response = self.get("pledges/", **parameters)
        assert response.status_code == 200, response.content.decode()
        return [pledge["ref"].removeprefix("yl-") for pledge in response.json()["results"]]

    def faults(self, path: str = "pledges/", **parameters: Any) -> list[dict[str, Any]]:
        response = self.get(path, **parameters)
        assert response.status_code == 400, response.content.decode()
        assert response["Content-Type"] == "application/problem+json"
        return list(response.json()["errors"])


@pytest.fixture
def api(client: Client) -> Api:
    return Api(client)
