"""Everything that a person reads is there in Chinese."""

import re

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import BaseConstraint
from django.utils import translation

from pledges.locale import catalog

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
HAN = "[\u4e00-\u9fff]"
MESSAGES = [message for message in catalog.read() if message.id]


def texts(message: Message) -> tuple[list[str], list[str]]:
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    translations = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return originals, translations


@pytest.mark.slow
def test_every_marked_string_is_in_the_catalog_and_nothing_else() -> None:
    assert catalog.collect_keys() == set(map(catalog.key_of, MESSAGES)), "run `python -m pledges.locale.catalog`"


def test_every_string_has_a_chinese_translation() -> None:
    assert [message.id for message in MESSAGES if not catalog.is_translated(message)] == []


def test_a_translation_has_the_placeholders_of_its_original() -> None:
    for message in MESSAGES:
        originals, translations = texts(message)
        for translated in translations:
            assert set(PLACEHOLDER.findall(translated)) == set(PLACEHOLDER.findall(originals[-1])), message.id


def test_the_compiled_catalog_says_what_the_written_one_says() -> None:
    with catalog.MO.open("rb") as file:
        compiled = read_mo(file)

    for message in MESSAGES:
        found = compiled.get(message.id if isinstance(message.id, str) else message.id[0])
        assert found is not None, f"{message.id}: run `python -m pledges.locale.catalog`"
        assert texts(found)[1] == texts(message)[1]
    assert len([message for message in compiled if message.id]) == len(MESSAGES)


def test_no_placeholder_touches_a_han_character() -> None:
    """Its value may be Latin, which Chinese sets off by a space."""
    touching = re.compile(rf"{HAN}(%\(\w+\)[sd])|(%\(\w+\)[sd]){HAN}")
    assert [text for message in MESSAGES for text in texts(message)[1] if touching.search(text)] == []


def test_chinese_texts_have_full_width_punctuation() -> None:
    half_width = re.compile(rf"{HAN}[,:;!?()]|[,:;!?()]{HAN}")
    assert [text for message in MESSAGES for text in texts(message)[1] if half_width.search(text)] == []


CONSTRAINTS = [
    constraint for model in apps.get_app_config("pledges").get_models() for constraint in model._meta.constraints
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda constraint: constraint.name)
def test_the_message_of_a_constraint_can_be_shown(constraint: BaseConstraint, language: str) -> None:
    with translation.override(language):
        message = str(constraint.get_violation_error_message())
        assert ValidationError(message).messages == [message]
        assert re.search("[\u4e00-\u9fff]", message) is not None or language == "en"
