"""Queries for the rows with texts that cleaning would change, and with an outdated text for searches."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import Model

from pledges.models.texts import LineField, MultilineField, NameField, QuoteField
from pledges.models.triggers.search import DISTRICT_TEXT


def unclean_texts() -> str:
    """Return SQL for the names of all rows with such texts."""
    models = [model for model in apps.get_app_config("pledges").get_models() if not model._meta.proxy]
    conditions = ((model, list(_conditions(model))) for model in models if not hasattr(model, "pgh_obj"))
    return " UNION ALL ".join(
        f"SELECT '{model._meta.verbose_name_raw} ' || {model._meta.pk.column} FROM {model._meta.db_table}"
        f" WHERE {' OR '.join(each)}"
        for model, each in conditions
        if each
    )


def _conditions(model: type[Model]) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        texts: Any = field.base_field if isinstance(field, ArrayField) else field
        if isinstance(texts, NameField | LineField | QuoteField | MultilineField):
            content = f"array_to_string({field.column}, ' ')" if isinstance(field, ArrayField) else field.column
            yield f"NOT {texts.sql_function}({content})"


OUTDATED_SEARCH_TEXTS = f"""
    SELECT 'district ' || slug FROM pledges_district district
    WHERE search_text <> {DISTRICT_TEXT.format(row="district")}
    UNION ALL SELECT 'official ' || slug FROM pledges_official WHERE search_text <> pledges_names(ARRAY[name])
    UNION ALL SELECT 'body ' || slug FROM pledges_body WHERE search_text <> pledges_names(ARRAY[name, name_en])
    UNION ALL SELECT 'metric ' || slug FROM pledges_metric
        WHERE search_text <> pledges_names(ARRAY[name, name_en] || aliases)
    UNION ALL SELECT 'document ' || slug FROM pledges_document WHERE search_text <> pledges_names(ARRAY[title])
    UNION ALL SELECT 'post ' || id FROM pledges_post WHERE search_text <> pledges_names(ARRAY[title])
    UNION ALL SELECT ref FROM pledges_pledge pledge
    JOIN pledges_metric metric ON metric.id = pledge.metric_id
    JOIN pledges_district district ON district.id = pledge.district_id
    JOIN pledges_statement statement ON statement.id = pledge.statement_id
    LEFT JOIN pledges_official official ON official.id = statement.official_id
    LEFT JOIN pledges_body body ON body.id = statement.body_id
    WHERE pledge.search_text <> pledges_fold(concat_ws(
        chr(31), quote, label, metric.name, official.name, body.name,
        district.name || chr(31) || array_to_string(district.aliases, chr(31))))
"""
