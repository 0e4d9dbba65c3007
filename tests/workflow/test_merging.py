"""Merging two rows of the record that turn out to be one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from pledges.models import Change, District, Document, Evidence, Official, Pledge, Post, Redirect, Statement, Unit
from pledges.models.choices import RowKind
from pledges.workflow.merging import affected_pledges, merge, plan
from tests.commits import committed
from tests.factories import (
    Record,
    make_dimension,
    make_district,
    make_document,
    make_follow_up,
    make_metric,
    make_official,
    make_pledge,
    make_post,
    make_statement,
    make_unit,
)
from tests.violations import assert_violates

pytestmark = pytest.mark.django_db
