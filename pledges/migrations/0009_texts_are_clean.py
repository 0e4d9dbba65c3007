"""Texts are clean in the database, too: three functions say whether cleaning would change a name, line or text."""

from django.conf import settings
from django.core.management.base import CommandError
from django.db import IntegrityError, migrations, models, transaction

from pledges.database.migration_operations import AtOnce
from pledges.database.upgrade import LockRecord
from pledges.domain.text import clean_line, clean_link, clean_name, clean_text

CLEAN_NAME = """
CREATE FUNCTION pledges_is_clean_name(content text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN content IS NFC NORMALIZED
    AND content !~ '[\\u0001-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff\\U0001fffe\\U0001ffff\\U0002fffe\\U0002ffff\\U0003fffe\\U0003ffff\\U0004fffe\\U0004ffff\\U0005fffe\\U0005ffff\\U0006fffe\\U0006ffff\\U0007fffe\\U0007ffff\\U0008fffe\\U0008ffff\\U0009fffe\\U0009ffff\\U000afffe\\U000affff\\U000bfffe\\U000bffff\\U000cfffe\\U000cffff\\U000dfffe\\U000dffff\\U000efffe\\U000effff\\U000ffffe\\U000fffff\\U0010fffe\\U0010ffff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff\\u000b-\\u000d\\u0085\\u2028\\u2029\\u2e81-\\u2e99\\u2e9b-\\u2ef3\\u2f00-\\u2fd5\\n\\u0009\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u2800\\u3000\\u180b-\\u180f\\ufe00-\\ufe0f\\U000e0100-\\U000e01ef\\u0387\\u16eb\\u2022\\u2027\\u2219\\u22c5\\u2981\\u2e31\\u2e33\\u30fb\\ua78f\\uff65\\U00010101]|^ |  | $| ·|· ';
"""
CLEAN_LINE = """
CREATE FUNCTION pledges_is_clean_line(content text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN content IS NFC NORMALIZED
    AND content !~ '[\\u0001-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff\\U0001fffe\\U0001ffff\\U0002fffe\\U0002ffff\\U0003fffe\\U0003ffff\\U0004fffe\\U0004ffff\\U0005fffe\\U0005ffff\\U0006fffe\\U0006ffff\\U0007fffe\\U0007ffff\\U0008fffe\\U0008ffff\\U0009fffe\\U0009ffff\\U000afffe\\U000affff\\U000bfffe\\U000bffff\\U000cfffe\\U000cffff\\U000dfffe\\U000dffff\\U000efffe\\U000effff\\U000ffffe\\U000fffff\\U0010fffe\\U0010ffff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff\\u000b-\\u000d\\u0085\\u2028\\u2029\\u2e81-\\u2e99\\u2e9b-\\u2ef3\\u2f00-\\u2fd5\\n\\u0009\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u2800\\u3000]|^ |  | $';
"""
CLEAN_TEXT = """
CREATE FUNCTION pledges_is_clean_text(content text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN content IS NFC NORMALIZED
    AND content !~ '[\\u0001-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff\\U0001fffe\\U0001ffff\\U0002fffe\\U0002ffff\\U0003fffe\\U0003ffff\\U0004fffe\\U0004ffff\\U0005fffe\\U0005ffff\\U0006fffe\\U0006ffff\\U0007fffe\\U0007ffff\\U0008fffe\\U0008ffff\\U0009fffe\\U0009ffff\\U000afffe\\U000affff\\U000bfffe\\U000bffff\\U000cfffe\\U000cffff\\U000dfffe\\U000dffff\\U000efffe\\U000effff\\U000ffffe\\U000fffff\\U0010fffe\\U0010ffff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff\\u000b-\\u000d\\u0085\\u2028\\u2029\\u2e81-\\u2e99\\u2e9b-\\u2ef3\\u2f00-\\u2fd5]'
    AND content !~ '^[ \\n\\u0009\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u2800\\u3000]|[ \\n\\u0009\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u2800\\u3000]$';
"""

# Each table with the columns to clean. Links are cleaned too, but by the constraints of links.
NAME, LINE, TEXT, LINK = (clean_name, "name"), (clean_line, "line"), (clean_text, "text"), (clean_link, None)
COLUMNS = {
    "topic": {"name": NAME, "name_en": NAME},
    "dimension": {"name": NAME, "name_en": NAME, "base_unit": NAME},
    "metric": {"name": NAME, "name_en": NAME},
    "unit": {"symbol": NAME, "name_en": NAME},
    "district": {"name": NAME, "name_en": NAME},
    "official": {"name": NAME},
    "post": {"organisation": NAME, "title": NAME},
    "document": {"title": LINE, "publisher": NAME, "text": TEXT, "url": LINK},
    "statement": {"headline": LINE},
    "pledge": {"quote": LINE, "label": LINE, "success_criterion": TEXT, "note": TEXT},
    "followup": {"summary": TEXT, "reason": TEXT, "review_note": TEXT},
    "evidence": {"title": LINE, "publisher": NAME, "file_name": LINE, "quote": LINE, "url": LINK},
    "webhooksubscription": {"url": LINK},
}
INVISIBLE_IN_LINK = """[\\u0001-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff\\U0001fffe\\U0001ffff\\U0002fffe\\U0002ffff\\U0003fffe\\U0003ffff\\U0004fffe\\U0004ffff\\U0005fffe\\U0005ffff\\U0006fffe\\U0006ffff\\U0007fffe\\U0007ffff\\U0008fffe\\U0008ffff\\U0009fffe\\U0009ffff\\U000afffe\\U000affff\\U000bfffe\\U000bffff\\U000cfffe\\U000cffff\\U000dfffe\\U000dffff\\U000efffe\\U000effff\\U000ffffe\\U000fffff\\U0010fffe\\U0010ffff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff]"""
# Cleaning changes no statement of an approved follow-up.
UNPROTECT = """
SELECT set_config('pgtrigger.ignore', ARRAY(
    SELECT tgname FROM pg_trigger
    WHERE tgrelid IN ('pledges_followup'::regclass, 'pledges_evidence'::regclass)
        AND tgname ~ '^pgtrigger_(freeze_evidence|increment_version|enforce_review_workflow)_'
)::text, true)
"""


def clean_rows(apps, schema_editor):
    """Clean all texts. Rows that become equal to others are merged if they are posts, and are an error otherwise."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(UNPROTECT)
        problems = []
        for table, columns in COLUMNS.items():
            for key, values in unclean_rows(cursor, table, columns):
                if table == "post" and merge_post(cursor, key, values):
                    continue
                try:
                    with transaction.atomic(using=schema_editor.connection.alias):
                        update(cursor, table, key, values)
                except IntegrityError:
                    problems.append(f"{table} {key}: {values}")
        clean_aliases(cursor)
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")
        reject_further_links(cursor)
    if problems:
        raise CommandError(
            "Without invisible characters, these names equal those of other rows. Rename or merge them with the old "
            "version first; nothing was migrated:\n" + "\n".join(problems)
        )


def reject_further_links(cursor):
    """Links of earlier versions may be several, with a word or a full stop between them."""
    several = []
    for table in ("document", "evidence", "webhooksubscription"):
        cursor.execute(f"SELECT id, url FROM pledges_{table} WHERE url ~* '[^/?=&#:]https?://' ORDER BY id")
        several += [f"{table} {key}: {url}" for key, url in cursor.fetchall()]
    if several:
        raise CommandError(
            "These are several links. Keep one of each with the old version first; nothing was migrated:\n"
            + "\n".join(several)
        )


def unclean_rows(cursor, table, columns):
    """Yield the key of each row that changes, with the new values of its columns that change."""
    key = "symbol" if table == "unit" else "id"
    conditions = [
        f"NOT pledges_is_clean_{function}({column})" if function else f"{column} ~ '{INVISIBLE_IN_LINK}'"
        for column, (_clean, function) in columns.items()
    ]
    cursor.execute(f"SELECT {key}, {', '.join(columns)} FROM pledges_{table} WHERE {' OR '.join(conditions)}")
    for row_key, *texts in cursor.fetchall():
        values = {
            column: clean(text)
            for (column, (clean, _function)), text in zip(columns.items(), texts, strict=True)
            if clean(text) != text
        }
        yield row_key, values


def update(cursor, table, key, values):
    key_column = "symbol" if table == "unit" else "id"
    changes = ", ".join(f"{column} = %s" for column in values)
    cursor.execute(f"UPDATE pledges_{table} SET {changes} WHERE {key_column} = %s", [*values.values(), key])
    if table == "unit" and "symbol" in values:
        for other, column in (("pledge", "unit_id"), ("followup", "unit_id")):
            cursor.execute(f"UPDATE pledges_{other} SET {column} = %s WHERE {column} = %s", [values["symbol"], key])


def merge_post(cursor, key, values):
    """Let the statements of a post refer to the equal post, and delete it. Return whether there is an equal post."""
    cursor.execute("SELECT district_id, organisation, title FROM pledges_post WHERE id = %s", [key])
    district, organisation, title = cursor.fetchone()
    cursor.execute(
        "SELECT id FROM pledges_post WHERE district_id = %s AND organisation = %s AND title = %s AND id <> %s",
        [district, values.get("organisation", organisation), values.get("title", title), key],
    )
    found = cursor.fetchone()
    if found:
        cursor.execute("UPDATE pledges_statement SET post_id = %s WHERE post_id = %s", [found[0], key])
        cursor.execute("DELETE FROM pledges_post WHERE id = %s", [key])
    return found is not None


def clean_aliases(cursor):
    cursor.execute("SELECT id, aliases FROM pledges_district WHERE NOT pledges_is_clean_name(array_to_string(aliases, ' '))")
    for key, aliases in cursor.fetchall():
        names = [name for alias in aliases if (name := clean_name(alias))]
        cursor.execute("UPDATE pledges_district SET aliases = %s WHERE id = %s", [list(dict.fromkeys(names)), key])


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0008_status_by_as_of_day'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LockRecord(),
        migrations.RunSQL(CLEAN_NAME, "DROP FUNCTION pledges_is_clean_name"),
        migrations.RunSQL(CLEAN_LINE, "DROP FUNCTION pledges_is_clean_line"),
        migrations.RunSQL(CLEAN_TEXT, "DROP FUNCTION pledges_is_clean_text"),
        migrations.RunPython(clean_rows, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),  # before tables are altered
        AtOnce([
            migrations.RemoveConstraint(
                model_name='document',
                name='document_url_is_one_link',
            ),
            migrations.RemoveConstraint(
                model_name='evidence',
                name='evidence_link_is_http_url',
            ),
            migrations.RemoveConstraint(
                model_name='webhooksubscription',
                name='webhook_subscription_url_is_http',
            ),
            migrations.AddConstraint(
                model_name='dimension',
                constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('name'), function='pledges_is_clean_name', output_field=models.BooleanField()), models.Func(models.F('name_en'), function='pledges_is_clean_name', output_field=models.BooleanField()), models.Func(models.F('base_unit'), function='pledges_is_clean_name', output_field=models.BooleanField())), name='dimension_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
            ),
            migrations.AddConstraint(
                model_name='district',
                constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('name'), function='pledges_is_clean_name', output_field=models.BooleanField()), models.Func(models.F('name_en'), function='pledges_is_clean_name', output_field=models.BooleanField()), models.Func(models.Func(models.F('aliases'), models.Value(' '), function='array_to_string', output_field=models.TextField()), function='pledges_is_clean_name', output_field=models.BooleanField())), name='district_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
            ),
            migrations.AddConstraint(
                model_name='document',
                constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('publisher'), function='pledges_is_clean_name', output_field=models.BooleanField()), models.Func(models.F('title'), function='pledges_is_clean_line', output_field=models.BooleanField()), models.Func(models.F('text'), function='pledges_is_clean_text', output_field=models.BooleanField())), name='document_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
            ),
            migrations.AddConstraint(
                model_name='document',
                constraint=models.CheckConstraint(condition=models.Q(('url', ''), models.Q(('url__iregex', '^https?://[^/?#@\\s\\u0001-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff\\U0001fffe\\U0001ffff\\U0002fffe\\U0002ffff\\U0003fffe\\U0003ffff\\U0004fffe\\U0004ffff\\U0005fffe\\U0005ffff\\U0006fffe\\U0006ffff\\U0007fffe\\U0007ffff\\U0008fffe\\U0008ffff\\U0009fffe\\U0009ffff\\U000afffe\\U000affff\\U000bfffe\\U000bffff\\U000cfffe\\U000cffff\\U000dfffe\\U000dffff\\U000efffe\\U000effff\\U000ffffe\\U000fffff\\U0010fffe\\U0010ffff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff]+([/?#][^\\s\\u0001-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff\\U0001fffe\\U0001ffff\\U0002fffe\\U0002ffff\\U0003fffe\\U0003ffff\\U0004fffe\\U0004ffff\\U0005fffe\\U0005ffff\\U0006fffe\\U0006ffff\\U0007fffe\\U0007ffff\\U0008fffe\\U0008ffff\\U0009fffe\\U0009ffff\\U000afffe\\U000affff\\U000bfffe\\U000bffff\\U000cfffe\\U000cffff\\U000dfffe\\U000dffff\\U000efffe\\U000effff\\U000ffffe\\U000fffff\\U0010fffe\\U0010ffff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff]*)?$'), models.Q(('url__iregex', '[^/?=&#:]https?://'), _negated=True)), _connector='OR'), name='document_url_is_one_link', violation_error_message='Enter one link that begins with https:// or http://, without user name and password.'),
            ),
            migrations.AddConstraint(
                model_name='evidence',
                constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('publisher'), function='pledges_is_clean_name', output_field=models.BooleanField()), models.Func(models.F('title'), function='pledges_is_clean_line', output_field=models.BooleanField()), models.Func(models.F('file_name'), function='pledges_is_clean_line', output_field=models.BooleanField()), models.Func(models.F('quote'), function='pledges_is_clean_line', output_field=models.BooleanField())), name='evidence_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
            ),
            migrations.AddConstraint(
                model_name='evidence',
                constraint=models.CheckConstraint(condition=models.Q(('url', ''), models.Q(('url__iregex', '^https?://[^/?#@\\s\\u0001-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff\\U0001fffe\\U0001ffff\\U0002fffe\\U0002ffff\\U0003fffe\\U0003ffff\\U0004fffe\\U0004ffff\\U0005fffe\\U0005ffff\\U0006fffe\\U0006ffff\\U0007fffe\\U0007ffff\\U0008fffe\\U0008ffff\\U0009fffe\\U0009ffff\\U000afffe\\U000affff\\U000bfffe\\U000bffff\\U000cfffe\\U000cffff\\U000dfffe\\U000dffff\\U000efffe\\U000effff\\U000ffffe\\U000fffff\\U0010fffe\\U0010ffff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff]+([/?#][^\\s\\u0001-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff\\U0001fffe\\U0001ffff\\U0002fffe\\U0002ffff\\U0003fffe\\U0003ffff\\U0004fffe\\U0004ffff\\U0005fffe\\U0005ffff\\U0006fffe\\U0006ffff\\U0007fffe\\U0007ffff\\U0008fffe\\U0008ffff\\U0009fffe\\U0009ffff\\U000afffe\\U000affff\\U000bfffe\\U000bffff\\U000cfffe\\U000cffff\\U000dfffe\\U000dffff\\U000efffe\\U000effff\\U000ffffe\\U000fffff\\U0010fffe\\U0010ffff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff]*)?$'), models.Q(('url__iregex', '[^/?=&#:]https?://'), _negated=True)), _connector='OR'), name='evidence_link_is_http_url', violation_error_message='Enter one link that begins with https:// or http://, without user name and password.'),
            ),
            migrations.AddConstraint(
                model_name='followup',
                constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('summary'), function='pledges_is_clean_text', output_field=models.BooleanField()), models.Func(models.F('reason'), function='pledges_is_clean_text', output_field=models.BooleanField()), models.Func(models.F('review_note'), function='pledges_is_clean_text', output_field=models.BooleanField())), name='follow_up_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
            ),
            migrations.AddConstraint(
                model_name='metric',
                constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('name'), function='pledges_is_clean_name', output_field=models.BooleanField()), models.Func(models.F('name_en'), function='pledges_is_clean_name', output_field=models.BooleanField())), name='metric_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
            ),
            migrations.AddConstraint(
                model_name='official',
                constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('name'), function='pledges_is_clean_name', output_field=models.BooleanField())), name='official_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
            ),
            migrations.AddConstraint(
                model_name='pledge',
                constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('quote'), function='pledges_is_clean_line', output_field=models.BooleanField()), models.Func(models.F('label'), function='pledges_is_clean_line', output_field=models.BooleanField()), models.Func(models.F('success_criterion'), function='pledges_is_clean_text', output_field=models.BooleanField()), models.Func(models.F('note'), function='pledges_is_clean_text', output_field=models.BooleanField())), name='pledge_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
            ),
            migrations.AddConstraint(
                model_name='post',
                constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('organisation'), function='pledges_is_clean_name', output_field=models.BooleanField()), models.Func(models.F('title'), function='pledges_is_clean_name', output_field=models.BooleanField())), name='post_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
            ),
            migrations.AddConstraint(
                model_name='statement',
                constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('headline'), function='pledges_is_clean_line', output_field=models.BooleanField())), name='statement_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
            ),
            migrations.AddConstraint(
                model_name='topic',
                constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('name'), function='pledges_is_clean_name', output_field=models.BooleanField()), models.Func(models.F('name_en'), function='pledges_is_clean_name', output_field=models.BooleanField())), name='topic_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
            ),
            migrations.AddConstraint(
                model_name='unit',
                constraint=models.CheckConstraint(condition=models.Q(models.Func(models.F('symbol'), function='pledges_is_clean_name', output_field=models.BooleanField()), models.Func(models.F('name_en'), function='pledges_is_clean_name', output_field=models.BooleanField())), name='unit_texts_are_clean', violation_error_message="A text has characters that the record doesn't keep, such as invisible ones or spaces at its ends."),
            ),
            migrations.AddConstraint(
                model_name='webhooksubscription',
                constraint=models.CheckConstraint(condition=models.Q(('url__iregex', '^https?://[^/?#@\\s\\u0001-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff\\U0001fffe\\U0001ffff\\U0002fffe\\U0002ffff\\U0003fffe\\U0003ffff\\U0004fffe\\U0004ffff\\U0005fffe\\U0005ffff\\U0006fffe\\U0006ffff\\U0007fffe\\U0007ffff\\U0008fffe\\U0008ffff\\U0009fffe\\U0009ffff\\U000afffe\\U000affff\\U000bfffe\\U000bffff\\U000cfffe\\U000cffff\\U000dfffe\\U000dffff\\U000efffe\\U000effff\\U000ffffe\\U000fffff\\U0010fffe\\U0010ffff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff]+([/?#][^\\s\\u0001-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff\\U0001fffe\\U0001ffff\\U0002fffe\\U0002ffff\\U0003fffe\\U0003ffff\\U0004fffe\\U0004ffff\\U0005fffe\\U0005ffff\\U0006fffe\\U0006ffff\\U0007fffe\\U0007ffff\\U0008fffe\\U0008ffff\\U0009fffe\\U0009ffff\\U000afffe\\U000affff\\U000bfffe\\U000bffff\\U000cfffe\\U000cffff\\U000dfffe\\U000dffff\\U000efffe\\U000effff\\U000ffffe\\U000fffff\\U0010fffe\\U0010ffff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff]*)?$'), models.Q(('url__iregex', '[^/?=&#:]https?://'), _negated=True)), name='webhook_subscription_url_is_http', violation_error_message='Enter one link that begins with https:// or http://, without user name and password.'),
            ),
        ]),
    ]
