"""The trigger that derives the text in which the names of a row are searched."""

import pgtrigger


class DeriveSearchText(pgtrigger.Trigger):
    """Fill `search_text` with all names of a row, folded, and with those in pinyin (see `models.lookups`)."""

    name = "derive_search_text"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, *names: str, lists: tuple[str, ...] = ()) -> None:
        columns = [f"ARRAY[{', '.join(f'NEW.{name}' for name in names)}]", *(f"NEW.{name}" for name in lists)]
        super().__init__(func=f"NEW.search_text := pledges_names({' || '.join(columns)}); RETURN NEW;")
