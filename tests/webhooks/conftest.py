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
    """A receiver on this machine, with the setting that allows private addresses."""
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with listening() as receiver:
        yield receiver
