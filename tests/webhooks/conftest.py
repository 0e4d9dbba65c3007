from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.factories import Record, make_record

from .receiver import Receiver, listening


@pytest.fixture
def record(transactional_db: None) -> Record:
    return make_record()


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """Start a receiver on this machine, and allow private addresses in the settings."""
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with listening() as receiver:
        yield receiver
