"""Spellings of dates and times, the same in both languages; see `FORMAT_MODULE_PATH` in Django's documentation."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
# Forms show a day in the first. None begins with a day or month: 04/03/2026 would depend on the language.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
