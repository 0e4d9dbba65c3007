// Marks stretches of the text as quotes, and saves rows without leaving the page. Without it, the form works by itself.
const entry = document.getElementById("pledge-entry");
const text = document.getElementById("page-text");
const status_ = document.getElementById("entry-status");
const marked = document.getElementById("marked");
const fold = (symbol) => symbol.normalize("NFKC").replaceAll(" ", "").toLowerCase();
const units = new Set([...document.querySelectorAll("#units option")].map((option) => fold(option.value)));
const MAX_UNIT_LENGTH = 20;
let clauses = []; // like marks, pairs of offsets in the text
let numbered = []; // those with a number that is no date
let stretch = [0, 0]; // the offsets of what is marked, also while a field has the focus
let isSaving = false;
let isChanged = false;
let isMeasureChosen = false;

if (text) {
    text.addEventListener("keydown", onTextKey);
    document.addEventListener("selectionchange", showMarked);
    document.getElementById("use-quote").addEventListener("click", useAsQuote);
    divide(text.textContent);
    markNext(0);
}
entry.addEventListener("input", (event) => {
    isChanged = true;
    if (event.target.id === "id_metric") {
        proposeUsual(event.target.value.trim());
    }
    isMeasureChosen ||= event.target.id === "id_measure";
});
entry.addEventListener("submit", (event) => {
    if (event.target.closest("#row-form")) {
        event.preventDefault();
        save(event.target, event.submitter);
    } else {
        isChanged = false; // the form of the text leaves the page
    }
});
document.getElementById("row-form").addEventListener("keydown", onFormKey);
window.addEventListener("beforeunload", (event) => {
    if (isChanged) {
        event.preventDefault();
    }
});

function divide(content) {
    const CLAUSE = /(?:[^\s，。；：、！？!?;,]|[^\S\n]|(?<=\d),(?=\d))+/g;
    const hasNumber = (clause) => /\d/.test(clause.normalize("NFKC").replaceAll(/\d+[年月日]/g, ""));
    clauses = [...content.matchAll(CLAUSE)].map((found) => {
        const leading = found[0].length - found[0].trimStart().length;
        return [found.index + leading, found.index + leading + found[0].trim().length];
    });
    numbered = clauses.filter((offsets) => hasNumber(content.slice(...offsets)));
}

function mark(start, end) {
    const last = text.textContent.length;
    const range = document.createRange();
    range.setStart(...position(Math.max(0, start)));
    range.setEnd(...position(Math.min(last, Math.max(end, start + 1))));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    showMarked(); // the event comes later, perhaps after the next key
    keepVisible(range);
}

function position(offset) {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    let rest = offset;
    while (walker.nextNode()) {
        if (rest <= walker.currentNode.length) {
            return [walker.currentNode, rest];
        }
        rest -= walker.currentNode.length;
    }
    return [text, text.childNodes.length];
}

function keepVisible(range) {
    const line = range.getBoundingClientRect();
    const visible = text.getBoundingClientRect();
    if (line.top < visible.top || line.bottom > visible.bottom) {
        text.scrollTop += line.top - visible.top - visible.height / 3;
    }
}

// A field that gets the focus takes the selection away; stretch and highlight stay.
function showMarked() {
    const selection = getSelection();
    if (selection.isCollapsed || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) {
        return;
    }
    const range = selection.getRangeAt(0);
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const start = before.toString().length;
    stretch = [start, start + range.toString().length];
    marked.textContent = `${entry.dataset.marked} ${text.textContent.slice(...stretch)}`;
    CSS.highlights?.set("marked", new Highlight(range.cloneRange()));
}

function markNext(offset) {
    const quotes = new Set([...text.querySelectorAll("mark")].map((quote) => quote.firstChild));
    const next = numbered.find(([start]) => start >= offset && !quotes.has(position(start + 1)[0]));
    if (next) {
        mark(...next);
    }
}

function onTextKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) {
        return;
    }
    const [start, end] = stretch;
    const actions = {
        ArrowDown: () => markFound(numbered.find(([first]) => first >= end)),
        ArrowUp: () => markFound(numbered.findLast(([first]) => first < start)),
        ArrowRight: () => mark(Math.min(start + 1, end - 1), end),
        ArrowLeft: () => mark(start - 1, end),
        "Shift+ArrowRight": () => mark(start, end + 1),
        "Shift+ArrowLeft": () => mark(start, end - 1),
        "Shift+ArrowDown": () => mark(start, clauses.find(([, last]) => last > end)?.[1] ?? end),
        "Shift+ArrowUp": () => mark(start, clauses.findLast(([, last]) => last < end && last > start)?.[1] ?? end),
        Enter: useAsQuote,
        q: useAsQuote,
    };
    const action = actions[(event.shiftKey ? "Shift+" : "") + event.key];
    if (action) {
        event.preventDefault();
        action();
    }
}

function markFound(clause) {
    if (clause) {
        mark(...clause);
    }
}

function useAsQuote() {
    const quote = text.textContent.slice(...stretch);
    const [value, unit] = figure(quote);
    field("quote").value = quote;
    field("value").value = value;
    field("unit").value = unit;
    isChanged = true;
    field("metric").focus();
}

// The first plain number that is no date, and the unit behind it. The server checks both.
function figure(quote) {
    const ascii = quote.normalize("NFKC");
    for (const found of ascii.matchAll(/(?<![\d.,])\d+(?:\.\d+)?(?![\d.,]*\d)/g)) {
        const rest = ascii.slice(found.index + found[0].length).trimStart();
        if (!/^[年月日]/.test(rest)) {
            const lengths = Array.from({ length: MAX_UNIT_LENGTH }, (_, index) => MAX_UNIT_LENGTH - index);
            const length = lengths.find((length) => length <= rest.length && units.has(fold(rest.slice(0, length))));
            return [found[0], rest.slice(0, length ?? 0)];
        }
    }
    return ["", ""];
}

// The usual measure of a metric is that of its usual unit only.
function proposeUsual(metric) {
    const usual = [...document.querySelectorAll("#metrics option")].find((option) => option.value === metric)?.dataset;
    const unit = field("unit");
    unit.value ||= usual?.unit ?? "";
    if (usual?.measure && !isMeasureChosen && fold(unit.value) === fold(usual.unit)) {
        field("measure").value = usual.measure;
    }
}

function field(name) {
    return document.getElementById(`id_${name}`);
}

function onFormKey(event) {
    if (event.isComposing) {
        return; // the keys belong to an input method
    }
    if (event.key === "Escape" && text) {
        text.focus();
        mark(...stretch);
    } else if (event.key === "Enter" && event.ctrlKey) {
        event.preventDefault();
        event.target.form?.requestSubmit();
    }
}

async function save(form, button) {
    if (isSaving) {
        return;
    }
    isSaving = true;
    try {
        const response = await fetch(form.action, { method: "POST", body: new FormData(form, button) });
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const saved = page.querySelector("#row-form form");
        if (!response.ok || !saved) {
            status_.textContent = entry.dataset.failed;
            return;
        }
        show(page, saved);
    } catch {
        status_.textContent = entry.dataset.failed;
    } finally {
        isSaving = false;
    }
}

function show(page, form) {
    const hasErrors = "hasErrors" in form.dataset;
    for (const id of ["row-form", "rows", ...(hasErrors ? [] : ["page-text"])]) {
        document.getElementById(id)?.replaceChildren(...page.getElementById(id).childNodes);
    }
    status_.textContent = page.getElementById("entry-status").textContent;
    isChanged = hasErrors;
    isMeasureChosen = hasErrors;
    if (hasErrors) {
        document.querySelector("#row-form .errors :is(input, select, textarea)")?.focus();
    } else if (text) {
        text.focus();
        markNext(stretch[1]);
    } else {
        field("quote").focus();
    }
}
