"""Write files of a fictional city for the importer."""

import json
from pathlib import Path
from typing import Any

PAGE = """\
document:
  slug: yunling-daily-1
  title: 云岭日报 1 版
  date: 2025-01

statements:
  - official: 张三丰
    post: 云岭市委副书记、市长
    district: 云岭市
    headline: 说到做到
    pledges:
      - ref: yl-2025-001
        quote: 年度计划投资385亿元
        metric: 年度投资额
        measure: total
        bound: exact
        value: 385
        unit: 亿元
        year: 2025
        deadline: 2025-12-31
        strength: planned
        tier: core

      - ref: yl-2025-002
        quote: 产值增长25.62%左右
        district: 山阴县
        metric: 工业总产值
        label: 工业总产值增速
        measure: growth
        bound: about
        value: 25.62
        unit: "%"
        year: 2025
        strength: aspired
        tier: optional
        note: 期限不明。
"""

LINE: dict[str, Any] = {
    "ref": "yl-2025-001",
    "document": "yunling-daily-1",
    "document_date": "2025-01",
    "official": "张三丰",
    "post": "云岭市委副书记、市长",
    "district": "云岭市",
    "quote": "年度计划投资385亿元",
    "metric": "annual-investment",
    "measure": "total",
    "bound": "exact",
    "value": "385",
    "unit": "亿元",
    "year": 2025,
    "deadline": "2025-12-31",
    "strength": "planned",
    "tier": "core",
}


def page(folder: Path, text: str = PAGE, name: str = "page.yaml") -> Path:
    """Write a YAML file with one page, and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def lines(folder: Path, *changes: dict[str, Any], name: str = "bulk.jsonl") -> Path:
    """Write a JSON Lines file with a pledge for each dict of changes to `LINE`, and return its path."""
    path = folder / name
    path.write_text("".join(json.dumps(LINE | change) + "\n" for change in changes), encoding="utf-8")
    return path
