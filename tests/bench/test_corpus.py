import json
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from bench import corpus, urls
from pledges.models import Pledge
from pledges.models.choices import Status
from tests.bench.conftest import ROWS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_same_seed_makes_same_pledges(metrics: None) -> None:
    districts = corpus.make_districts(ROWS)
    first, second, other = (list(corpus.lines(ROWS, districts, seed)) for seed in (1, 1, 2))
    assert first == second != other


@pytest.mark.parametrize(("rows", "districts"), [(1_000_000, 3_000), (100_000, 300), (10_000, 30)])
def test_districts_and_officials_grow_with_pledges(rows: int, districts: int) -> None:
    assert len(set(corpus.slugs(rows))) == districts
    assert corpus.officials(rows) == 3 * districts


@pytest.mark.parametrize("rows", [10_000, 50_000])
def test_district_has_about_33_pledges_per_year_for_any_number_of_rows(rows: int, metrics: None) -> None:
    lines = corpus.lines(rows, corpus.slugs(rows))
    found = Counter((line["district"], line["year"]) for line in lines)
    assert {32, 33, 34, 35} >= set(found.values())
    assert set(urls.pairs(rows)) <= set(found)


def test_rare_word_occurs_in_one_of_ten_thousand_quotes(metrics: None) -> None:
    quotes = [line["quote"] for line in islice(corpus.lines(1_000_000, corpus.slugs(1_000_000)), 100_000)]
    found = [sum(word in quote for quote in quotes) for word in corpus.RARE_WORDS]
    assert all(1 <= count <= 25 for count in found)
    assert 70 <= sum(found) <= 130


def test_same_pledges_get_same_outcomes(tmp_path: Path) -> None:
    file = tmp_path / "pledges.jsonl"
    line = {"measure": "total", "value": "400", "unit": "个", "year": 2020}
    file.write_text("".join(json.dumps({**line, "ref": corpus.ref(number)}) + "\n" for number in range(ROWS)))
    first, second = (list(corpus.outcomes(file)) for _ in range(2))
    assert first == second
    assert ROWS * 0.4 <= len(first) <= ROWS * 0.6


def test_every_status_occurs_and_comes_from_follow_up_with_evidence(corpus_file: Path) -> None:
    assert set(Pledge.objects.values_list("status", flat=True)) == set(Status.values)
    assessed = Pledge.objects.exclude(status=Status.UNCHECKED)
    assert assessed.filter(follow_ups__state="approved", follow_ups__evidence__isnull=False).count() == assessed.count()
    assert assessed.count() == len(list(corpus.outcomes(corpus_file)))
