import pytest

from tests.factories import make_dimension, make_metric, make_record, make_unit


@pytest.fixture(scope="module")
def module_places_metrics_and_units(module_db: None) -> None:
    """The districts, metrics and units of `make_record()`, without its pledges, pages, officials and posts."""
    from pledges.models import Body, Document, Official, Pledge, Post, Statement

    make_record()
    make_metric("industrial-output", name="工业总产值", dimension=make_dimension("money"))
    make_unit("万元", factor=10_000)
    for model in (Pledge, Statement, Document, Official, Post, Body):
        model.objects.all().delete()


@pytest.fixture
def places_metrics_and_units(module_places_metrics_and_units: None, db: None) -> None:
    pass
