import pytest

from pledges.extraction.reader import Reader
from pledges.reading.lexicon import lexicon


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(lexicon())
