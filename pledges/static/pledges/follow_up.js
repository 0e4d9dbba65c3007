// Shows the suggested status while figures are typed, and adds statements as evidence.
const suggestion = document.querySelector("output#suggestion");
const [actual, bound, unit, asOf, status_, reason, supersedes] = [
    ...["actual", "actual_bound", "unit", "as_of", "status", "reason", "supersedes"],
].map((name) => document.getElementById(`id_${name}`));

if (suggestion && actual) {
    suggestOnTyping();
}
document.querySelectorAll("button[data-statement]").forEach((button) => {
    button.addEventListener("click", () => useAsEvidence(button.dataset.statement, button.dataset.name));
});

function suggestOnTyping() {
    const DELAY = 300; // milliseconds after the last key stroke
    const row = reason.closest(".field-line");
    let suggested = null;
    let compatible = [];
    let isChosen = status_.value !== "";
    let lastQuery = "";
    let timer;
    let controller;

    [actual, bound, unit, asOf].forEach((field) => {
        // The calendar sets a day without an input event, but returns the focus to the field.
        ["input", "change", "focus"].forEach((kind) => field.addEventListener(kind, scheduleRequest));
    });
    supersedes?.addEventListener("change", scheduleRequest);
    status_.addEventListener("change", () => {
        isChosen = status_.value !== "";
        showReason();
    });
    showReason();
    scheduleRequest();

    function scheduleRequest() {
        clearTimeout(timer);
        timer = setTimeout(requestSuggestion, DELAY);
    }

    async function requestSuggestion() {
        const query = new URLSearchParams({
            actual: actual.value,
            actual_bound: bound.value,
            unit: unit.value,
            as_of: asOf.value,
        });
        if (supersedes?.value) {
            query.set("supersedes", supersedes.value);
        }
        if (query.toString() === lastQuery) {
            return;
        }
        lastQuery = query.toString();
        controller?.abort();
        controller = new AbortController();
        try {
            const response = await fetch(`${suggestion.dataset.url}?${query}`, { signal: controller.signal });
            if (response.ok) {
                show(await response.json());
            }
        } catch {
            lastQuery = ""; // aborted or offline: the next key stroke sends the request again
        }
    }

    function show(result) {
        suggested = result.status ?? null;
        compatible = result.compatible ?? [];
        suggestion.textContent = result.error ?? result.sentence;
        suggestion.classList.toggle("is-wrong", "error" in result);
        if (!isChosen && !result.error) {
            status_.value = suggested ?? "";
        }
        showReason();
    }

    function showReason() {
        const isNeeded = Boolean(suggested && status_.value && !compatible.includes(status_.value));
        row.classList.toggle("is-needed", isNeeded);
        row.hidden = !isNeeded && reason.value.trim() === "" && !row.classList.contains("errors");
        reason.required = isNeeded;
    }
}

function useAsEvidence(key, name) {
    const isFree = (row) =>
        [...row.querySelectorAll("input:not([type=hidden]):not([type=checkbox]), select, textarea")].every(
            (field) => !field.value || field.disabled,
        );
    const rows = () => [...document.querySelectorAll("#evidence-data .form-group:not(.empty-form)")];
    if (!rows().some(isFree)) {
        document.querySelector("#evidence-group .add-row")?.click();
    }
    const row = rows().find(isFree);
    const select = row?.querySelector("select[name$=-statement]");
    if (!select) {
        return;
    }
    select.append(new Option(name, key, true, true));
    django.jQuery(select).trigger("change"); // select2 listens to jQuery only
    row.scrollIntoView({ behavior: "smooth", block: "center" });
    row.querySelector("textarea[name$=-quote]")?.focus({ preventScroll: true });
}
