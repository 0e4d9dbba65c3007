from pledges.importer.pledge_entry import PledgeEntry
from pledges.importer.staging import PLEDGE_FIELDS


def test_entry_has_every_loaded_column() -> None:
    missing = set(PLEDGE_FIELDS) - set(PledgeEntry.model_fields)
    assert not missing, f"pledges.importer.pledge_entry.PledgeEntry lacks {missing}"


def test_texts_of_entry_are_as_long_as_their_columns() -> None:
    columns = {
        name: field.max_length
        for name, field in PLEDGE_FIELDS.items()
        if field.max_length and not field.choices and not field.is_relation
    }
    limits = {
        name: [part.max_length for part in PledgeEntry.model_fields[name].metadata if hasattr(part, "max_length")]
        for name in columns
    }
    assert limits == {name: [max_length] for name, max_length in columns.items()}
