"""The form of one pledge on the page where the pledges of a document are entered. Names are typed, as in files."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import TextChoices
from django.forms.widgets import Script
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from pledges.admin.mixins.confirmation import ConfirmationField
from pledges.domain.dates import plan_year
from pledges.importer.drafts import UnconfirmedDraftsError, add_drafts
from pledges.importer.file_entry import FileEntry
from pledges.importer.file_problems import LoadError
from pledges.importer.references import series_of_document
from pledges.importer.waiting_drafts import missing_names
from pledges.locale.display_names import joined
from pledges.models import Body, District, Document, Metric, Official, Pledge, Post, Statement, Unit
from pledges.models.choices import Bound, Measure, Strength, Tier
from pledges.spreadsheet_import.pledge_rows import CHOICES, HEADINGS, SEPARATORS

FIRST = ("quote", "metric", "value", "unit", "bound", "measure", "district", "year", "deadline", "strength")
SPEAKER = ("official", "post", "organisation", "post_district", "body", "headline")
SLUGS_OF_SPEAKER = ("official_slug", "post_district_slug", "organisation_slug", "body_slug", "body_district")
MORE = (
    *("ref", "label", "value_max", "baseline", "baseline_year", "tolerance", "period"),
    *("compared_with", "compared_with_district", "tier", "success_criterion", "supersedes"),
    *("responsible_bodies", "note"),
)
# The lists from which names are proposed; `<datalist>` elements of the page have these ids.
LISTS = {
    "metric": "metrics",
    "compared_with": "metrics",
    "unit": "units",
    "district": "districts",
    "post_district": "districts",
    "compared_with_district": "districts",
    "official": "officials",
    "post": "posts",
    "organisation": "bodies",
    "body": "bodies",
}
PROSE = {"quote": 2, "success_criterion": 2, "note": 2}  # rows of the text area
# Fields of an entry that the next row has in common with it.
CARRIED_OVER = frozenset({"district", "year", "deadline", "period", "strength", *SPEAKER, *SLUGS_OF_SPEAKER})
DEFAULTS: dict[str, TextChoices] = {
    "measure": Measure.TOTAL,
    "bound": Bound.EXACT,
    "strength": Strength.FIRM,
    "tier": Tier.CORE,
}
MAX_PROPOSED = 500


class PledgeRowForm(forms.Form):
    """A pledge of the document, which `save` adds as a draft. Nothing is required here: the importer checks it."""

    class Media:
        css = {"all": ["pledges/pledge_entry.css"]}
        js = [Script("pledges/pledge_entry.js", defer=True)]

    confirm = ConfirmationField()
    statement = forms.ChoiceField(label=_("statement"), required=False, widget=UnfoldAdminSelectWidget)

    def __init__(
        self,
        document: Document,
        data: Any = None,
        *,
        after: Pledge | None = None,
        entered: Mapping[str, Any] | None = None,
    ) -> None:
        """Propose what the new pledge has in common with that before; instead, `entered` has fields of an entry."""
        self.document = document
        self.missing: dict[str, str] = {}
        self.entry: dict[str, Any] = {}
        super().__init__(data, initial=_initial(document, after) | _initial_of_entry(document, entered or {}))
        for name in (*FIRST, *SPEAKER, *MORE):
            self.fields[name] = _field(name)
        self.fields["ref"].show_hidden_initial = True
        self.statements = {str(statement.pk): statement for statement in _statements(document)}
        statement: Any = self.fields["statement"]
        statement.choices = [
            *((key, _speaker(row)) for key, row in self.statements.items()),
            ("", _("new statement")),
        ]

    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FIRST]

    def speaker_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in SPEAKER]

    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in MORE]

    def has_errors_in(self, names: tuple[str, ...]) -> bool:
        return any(name in self.errors for name in names)

    def shows_speaker(self) -> bool:
        """Return whether the fields of a new statement are open."""
        return not self.statements or not self["statement"].value() or self.has_errors_in(SPEAKER)

    def shows_more(self) -> bool:
        return self.has_errors_in(MORE)

    def save(self, *, by: User | AnonymousUser) -> str | None:
        """Add the pledge as a draft and return its reference, or add the errors to the fields and return None.

        A reference that was proposed, and not edited, is only reserved now: if another editor has taken it since, the
        pledge gets the next one. If all errors are names that the record lacks, `missing` has them by field.
        """
        if not self.is_valid():
            return None
        self.entry = dict(self._entry())
        try:
            entry = FileEntry("", 1, self.entry, {}, {})
            (draft,) = add_drafts([entry], by=by, confirmed={1: self.cleaned_data["confirm"]})
        except UnconfirmedDraftsError as error:
            (draft,) = error.drafts
            confirm: Any = self.fields["confirm"]
            confirm.offer(draft.warnings)
            for warning in draft.warnings:
                self.add_error(warning.field, str(warning))
        except LoadError as error:
            self.missing = missing_names(error, self.entry)
            for problem in error.problems.kept:
                self.add_error(problem.field if problem.field in self.fields else None, problem.message)
        else:
            return draft.ref
        if "ref" in self.errors:
            free = _next_reference(self.document, self.initial["year"])
            self.add_error("ref", _("The next free one is %(ref)s.") % {"ref": free})
        return None

    def _entry(self) -> Iterator[tuple[str, Any]]:
        yield "document", self.document.slug
        statement = self.statements.get(self.cleaned_data["statement"])
        omitted = {
            "statement",
            "confirm",
            *(SPEAKER if statement else ()),
            *(() if "ref" in self.changed_data else ("ref",)),
        }
        for name, text in self.cleaned_data.items():
            if text and name not in omitted:
                yield name, SEPARATORS[name].split(text) if name in SEPARATORS else text
        if statement:
            yield from _speaker_fields(statement).items()


def _field(name: str) -> forms.Field:
    if name in CHOICES:
        usual = DEFAULTS[name]  # first, so that the arrow keys reach the others from it
        others = [choice for choice in CHOICES[name].choices if choice[0] != usual]
        return forms.ChoiceField(
            label=HEADINGS[name],
            choices=[(usual.value, usual.label), *others],
            initial=usual,
            widget=UnfoldAdminSelectWidget,
        )
    attributes = {"list": LISTS[name], "autocomplete": "off"} if name in LISTS else {"autocomplete": "off"}
    widget = (
        UnfoldAdminTextareaWidget(attrs={"rows": PROSE[name]})
        if name in PROSE
        else UnfoldAdminTextInputWidget(attrs=attributes)
    )
    return forms.CharField(label=HEADINGS[name], required=False, widget=widget)


def _statements(document: Document) -> Any:
    return document.statements.select_related("official", "post__district", "post__body", "body__district").order_by(
        "pk"
    )


def _speaker(statement: Statement) -> str:
    title = statement.post.title if statement.post else ""
    return " · ".join(filter(None, [statement.speaker_name, title]))


def _speaker_fields(statement: Statement) -> dict[str, str]:
    """Return the fields of an entry that name an existing statement."""
    names: dict[str, str] = {}
    if statement.official and (post := statement.post):
        names |= {
            "official": statement.official.name,
            "official_slug": statement.official.slug,
            "post": post.title,
            "post_district_slug": post.district.slug,
        }
        if post.body:
            names |= {"organisation": post.body.name, "organisation_slug": post.body.slug}
    if body := statement.body:
        names |= {"body": body.name, "body_slug": body.slug, "body_district": body.district.slug}
    return names


def _initial(document: Document, after: Pledge | None) -> dict[str, Any]:
    """Return what is proposed for the next row: a reference, and what the row before has in common with it."""
    if after is None:
        first = _statements(document).first()
        year = plan_year(document.date_earliest, settings.RECORD_SETTINGS.fiscal_year_starts)
        return {"ref": _next_reference(document, year), "year": year, "statement": first.pk if first else ""}
    is_only_one = District.objects.filter(name=after.district.name).count() == 1
    return {
        "ref": _next_reference(document, after.year),
        "statement": after.statement_id,
        "district": after.district.name if is_only_one else after.district.slug,
        "year": after.year,
        "deadline": after.deadline and after.deadline.isoformat(),
        "period": after.period,
        "strength": after.strength,
    }


def _initial_of_entry(document: Document, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the form with which an entry was made."""
    fields = {
        name: joined(value) if name in SEPARATORS else value
        for name, value in entry.items()
        if name in (*FIRST, *SPEAKER, *MORE)
    }
    if "post_district_slug" in entry:
        fields["post_district"] = entry["post_district_slug"]
    if fields.keys() & set(SPEAKER):
        known = (each.pk for each in _statements(document) if _speaker_fields(each).items() <= entry.items())
        fields["statement"] = next(known, "")
    return fields


def _next_reference(document: Document, year: int) -> str:
    return series_of_document(document.slug, year).next()


def proposed_names() -> dict[str, list[str]]:
    """Return the names that are proposed while one types, except those of metrics, by the id of their list."""
    return {
        "units": list(Unit.objects.order_by("dimension", "symbol").values_list("symbol", flat=True)),
        "districts": list(District.objects.used_first().values_list("name", flat=True)[:MAX_PROPOSED]),
        "officials": _newest(Official, "name"),
        "posts": _newest(Post, "title"),
        "bodies": _newest(Body, "name"),
    }


def proposed_metrics() -> list[tuple[str, str | None, str]]:
    """Return the names of metrics, also their other ones, each with the usual unit and measure."""
    metrics = Metric.objects.order_by("name").values_list("name", "aliases", "usual_unit", "usual_measure")
    return [(each, unit, measure) for name, aliases, unit, measure in metrics for each in (name, *aliases)]


def _newest(model: Any, column: str) -> list[str]:
    names = model.objects.order_by("-pk").values_list(column, flat=True)[:MAX_PROPOSED]
    return sorted(set(names))
