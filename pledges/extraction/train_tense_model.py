"""Write `tense_weights.json` from work reports, whose sections say which paragraphs review and which plan.

    uv run --no-project --with scikit-learn python -m pledges.extraction.train_tense_model FOLDER

FOLDER has a text file for each report. One report in four is held out, and the accuracy on those is printed; then all
are used. Only the larger weights are kept: about 100 KB.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from math import sqrt
from pathlib import Path
from typing import Any

from pledges.extraction.tense_model import MAX_PARAGRAPH, WEIGHTS, ngrams

_HEADING = re.compile("[一二三四五六七八]、|第[一二三四五]部分")
_REVIEW = re.compile("回顾|总结|过去|成就|工作情况|取得")
_PLAN = re.compile("重点|目标|任务|要求|安排|考虑|全面|努力|坚持|落实|谱写|开好局")
_CLAUSE = re.compile("[^，。；！？]+[，。；！？]?")
_MIN_PARAGRAPH = 60
_KEPT = 3300  # weights of each kind


def labelled(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the clauses with figures of a report: clause, paragraph, and whether its section is a review."""
    is_review: bool | None = None
    for line in map(str.strip, text.splitlines()):
        if len(line) < 45 and _HEADING.match(line):
            review, plan = bool(_REVIEW.search(line)), bool(_PLAN.search(line))
            is_review = None if review and plan else review
        elif is_review is not None and len(line) > _MIN_PARAGRAPH:
            for clause in _CLAUSE.findall(line):
                if re.search("[0-9]", clause):
                    yield clause, line[:MAX_PARAGRAPH], is_review


def main(folder: Path) -> None:
    reports = [list(labelled(file.read_text(encoding="utf-8"))) for file in sorted(folder.glob("*.txt"))]
    held_out = [row for index, report in enumerate(reports) if index % 4 == 3 for row in report]
    others = [row for index, report in enumerate(reports) if index % 4 != 3 for row in report]
    weights = train(others)
    right = sum((score(weights, clause, paragraph) > 0) == is_review for clause, paragraph, is_review in held_out)
    sys.stdout.write(f"{right} of {len(held_out)} clauses of held-out reports: {right / len(held_out):.3f}\n")
    rows = [row for report in reports for row in report]
    WEIGHTS.write_text(json.dumps(train(rows), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def train(rows: Sequence[tuple[str, str, bool]]) -> dict[str, Any]:
    vectorizer = import_module("sklearn.feature_extraction").DictVectorizer()
    model = import_module("sklearn.linear_model").LogisticRegression(C=8, class_weight="balanced", max_iter=400)
    matrix = vectorizer.fit_transform([features(clause, paragraph) for clause, paragraph, _is_review in rows])
    model.fit(matrix, [is_review for _clause, _paragraph, is_review in rows])
    ranked = sorted(
        zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True), key=lambda item: -abs(item[1])
    )
    kept: dict[str, dict[str, float]] = {"clause": {}, "paragraph": {}}
    for name, weight in ranked:
        kind, _colon, gram = name.partition(":")
        if len(kept[kind]) < _KEPT:
            kept[kind][gram] = round(float(weight), 2)
    return {"bias": round(float(model.intercept_[0]), 3), **kept}


def features(clause: str, paragraph: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for kind, text in (("clause", clause), ("paragraph", paragraph)):
        grams = ngrams(text)
        found |= {f"{kind}:{gram}": 1 / sqrt(len(grams)) for gram in grams}
    return found


def score(weights: dict[str, Any], clause: str, paragraph: str) -> float:
    found = features(clause, paragraph)
    total: float = weights["bias"]
    for name, value in found.items():
        kind, _colon, gram = name.partition(":")
        total += weights[kind].get(gram, 0.0) * value
    return total


if __name__ == "__main__":
    main(Path(sys.argv[1]))
