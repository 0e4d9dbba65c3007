"""Keep pledges with names that the record lacks, and add them as drafts when somebody has added the names."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User

from pledges.importer.drafts import UnconfirmedDraftsError, add_drafts
from pledges.importer.file_entry import FileEntry
from pledges.importer.file_problems import LoadError
from pledges.models import WaitingDraft


def missing_names(error: LoadError, fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the names that an entry lacks, by field, or none if it has other problems, too."""
    problems = error.problems.kept
    if not all(problem.is_new_name for problem in problems):
        return {}
    return {problem.field: fields[problem.field] for problem in problems}


def wait_for_names(fields: Mapping[str, Any], missing: Mapping[str, str], *, by: User) -> WaitingDraft:
    return WaitingDraft.objects.create(fields=dict(fields), missing=dict(missing), proposer=by)


def add_completed() -> list[str]:
    """Add the drafts whose names are in the record now, and return their references.

    They are added with the permissions of their proposers, who can't add units. A draft with a warning, or with a new
    error, waits until an editor corrects or confirms it.
    """
    refs = []
    for waiting in WaitingDraft.objects.select_related("proposer"):
        try:
            (draft,) = add_drafts([FileEntry("", 1, waiting.fields, {}, {})], by=waiting.proposer)
        except UnconfirmedDraftsError:
            continue
        except LoadError as error:
            if missing := missing_names(error, waiting.fields):
                WaitingDraft.objects.filter(pk=waiting.pk).update(missing=missing)
        else:
            refs.append(draft.ref)
            waiting.delete()
    return refs
