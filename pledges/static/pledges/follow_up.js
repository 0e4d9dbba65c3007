// Tells what the figures suggest while they are typed, and puts a statement into a row of evidence.
const suggestion = document.querySelector("output#suggestion");
const [actual, unit, asOf, status_, reason] = ["actual", "unit", "as_of", "status", "reason"].map((name) =>
    document.getElementById(`id_${name}`),
);

if (suggestion && actual) {
    suggestOnTyping();
}
document.querySelectorAll("button[data-statement]").forEach((button) => {
    button.addEventListener("click", () => useAsEvidence(button.dataset.statement, button.dataset.name));
});

function suggestOnTyping() {
    const PAUSE = 300; // milliseconds without a key stroke
    const row = reason.closest(".field-line");
    let suggested = null;
    let isChosen = status_.value !== "";
    let asked = "";
    let timer;
    let running;

    [actual, unit, asOf].forEach((field) => {
        // The calendar fills in a day without an event of its own, but gives the focus back.
        ["input", "change", "focus"].forEach((kind) => field.addEventListener(kind, askSoon));
    });
    status_.addEventListener("change", () => {
        isChosen = status_.value !== "";
        showReason();
    });
    showReason();
    askSoon();

    function askSoon() {
        clearTimeout(timer);
        timer = setTimeout(ask, PAUSE);
    }

    async function ask() {
        const figures = new URLSearchParams({ actual: actual.value, unit: unit.value, as_of: asOf.value });
        if (figures.toString() === asked) {
            return;
        }
        asked = figures.toString();
        running?.abort();
        running = new AbortController();
        try {
            const response = await fetch(`${suggestion.dataset.url}?${figures}`, { signal: running.signal });
            if (response.ok) {
                show(await response.json());
            }
        } catch {
            asked = ""; // overtaken, or offline: the next key stroke asks again
        }
    }

    function show(answer) {
        suggested = answer.status ?? null;
        suggestion.textContent = answer.error ?? answer.sentence;
        suggestion.classList.toggle("is-wrong", "error" in answer);
        if (!isChosen && !answer.error) {
            status_.value = suggested ?? "";
        }
        showReason();
    }

    function showReason() {
        const isNeeded = Boolean(suggested && status_.value && status_.value !== suggested);
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
