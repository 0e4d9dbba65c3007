"""The trigger that derives the text in which the names of a row are searched."""

import pgtrigger

# SQL for the search text of a district, a row. Its pinyin is known, so the readings of its characters are not needed:
# it is found with spaces, without them, without the last syllable (市, 区, 县 …), and with v for ü.
DISTRICT_TEXT = """CASE {row}.pinyin
    WHEN '' THEN pledges_names(ARRAY[{row}.name, {row}.name_en] || {row}.aliases)
    ELSE pledges_names(ARRAY[
        {row}.name_en, {row}.pinyin, replace({row}.pinyin, ' ', ''), translate({row}.pinyin, 'ü ', 'v'),
        replace(regexp_replace({row}.pinyin, ' [^ ]+$', ''), ' ', '')
    ] || {row}.aliases) || pledges_fold({row}.name) || chr(31)
END"""


class DeriveSearchText(pgtrigger.Trigger):
    """Fill `search_text` with all names of a row, folded, and with those in pinyin (see `models.lookups`)."""

    name = "derive_search_text"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, *names: str, lists: tuple[str, ...] = ()) -> None:
        columns = [f"ARRAY[{', '.join(f'NEW.{name}' for name in names)}]", *(f"NEW.{name}" for name in lists)]
        super().__init__(func=f"NEW.search_text := pledges_names({' || '.join(columns)}); RETURN NEW;")


class DeriveSearchTextOfDistrict(pgtrigger.Trigger):
    """Likewise, with the pinyin that the district has."""

    name = "derive_search_text"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    func = f"NEW.search_text := {DISTRICT_TEXT.format(row='NEW')}; RETURN NEW;"
