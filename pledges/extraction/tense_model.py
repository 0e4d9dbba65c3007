"""A linear model over character n-grams that tells reviews from plans where no word does.

`train_tense_model.py` makes the weights. A clause and its paragraph are two bags of n-grams, each of length one.
"""

import json
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from math import sqrt
from pathlib import Path

WEIGHTS = Path(__file__).with_name("tense_weights.json")
MAX_PARAGRAPH = 500
_DIGITS = re.compile(r"[0-9零〇一二两三四五六七八九十百千万亿.,]+")
_NOT_READ = re.compile(r"[\s“”‘’（）《》]|20\d\d年|“十[一二三四五六]五”")


def ngrams(text: str) -> set[str]:
    """Return the n-grams of two and three characters. Figures are one character: the model is not to learn them."""
    text = _DIGITS.sub("0", _NOT_READ.sub("", text))
    return {text[start : start + size] for size in (2, 3) for start in range(len(text) - size + 1)}


@cache
def _weights() -> tuple[float, dict[str, float], dict[str, float]]:
    data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return data["bias"], data["clause"], data["paragraph"]


def paragraph_score(text: str) -> float:
    """Return what a paragraph contributes to the score of its clauses."""
    return _sum(ngrams(text[:MAX_PARAGRAPH]), _weights()[2])


@lru_cache(maxsize=64)  # the figures of a clause follow each other
def past_score(clause: str, of_paragraph: float) -> float:
    """Return a score that is positive if a clause is more likely part of a review than of a plan."""
    bias, weights, _of_paragraphs = _weights()
    return bias + _sum(ngrams(clause), weights) + of_paragraph


def _sum(found: Iterable[str], weights: dict[str, float]) -> float:
    grams = list(found)
    return sum(weights.get(gram, 0.0) for gram in grams) / sqrt(len(grams) or 1)
