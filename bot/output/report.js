"use strict";
// The page is whole without this: it filters findings and copies commands.
const form = document.querySelector("form");
const told = document.querySelector("output");
const clear = document.querySelector("button[type=reset]");
const checks = [...document.querySelectorAll("details[data-check]")].map(found => ({
  found,
  count: found.querySelector("[data-count]"),
  severity: Number(found.dataset.severity),
  words: found.querySelector("summary").textContent.toLowerCase(),
  lists: null,
}));
const FEW = 50; // findings that are worth seeing at once, and printed
const opened = new Set();
let waiting;

// Read once, and only when somebody filters: of 20,000 findings it takes a moment.
function lists(check) {
  check.lists ??= [...check.found.querySelectorAll(".rows")].map(list => ({
    list,
    rows: [...list.children].map(row => ({
      row,
      namespace: row.dataset.n ?? "",
      owner: row.dataset.o ?? "",
      words: row.textContent.toLowerCase(),
    })),
  }));
  return check.lists;
}

// Show what matches of one list, and tell how much. Lists far away are not laid out: they go by this number.
function sift({list, rows}, matches) {
  let here = 0;
  for (const it of rows) {
    const hidden = !matches(it);
    if (it.row.hidden !== hidden) it.row.hidden = hidden;
    here += hidden ? 0 : 1;
  }
  list.hidden = !here;
  list.style.setProperty("--rows", here);
  return here;
}

function matching(check, wanted) {
  if (check.severity > wanted.severity) return () => false;
  const words = wanted.words.filter(word => !check.words.includes(word));
  return it =>
    (wanted.namespace === null || it.namespace === wanted.namespace) &&
    (wanted.owner === null || it.owner === wanted.owner) &&
    words.every(word => it.words.includes(word));
}

function chosen(name) {
  const select = form.elements[name];
  return !select || select.selectedIndex === 0 ? null : select.value;
}

function apply() {
  const wanted = {
    words: form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean),
    severity: Number(chosen("severity") ?? 9),
    namespace: chosen("namespace"),
    owner: chosen("owner"),
  };
  const active = wanted.words.length > 0 || [...form.querySelectorAll("select")].some(it => it.selectedIndex > 0);
  let shown = 0, all = 0;
  for (const check of checks) {
    const matches = matching(check, wanted);
    let here = 0, every = 0;
    for (const list of lists(check)) {
      here += sift(list, matches);
      every += list.rows.length;
    }
    check.found.hidden = active && !here;
    check.count.textContent = active && here < every ? `${here.toLocaleString("en")} of ` : "";
    check.here = here;
    shown += here;
    all += every;
  }
  for (const section of document.querySelectorAll("section[data-failing]")) {
    const here = section.querySelectorAll("details[data-check]:not([hidden])").length;
    const every = section.querySelectorAll("details[data-check]").length;
    section.hidden = !here;
    section.querySelector("h2 [data-count]").textContent = here < every ? `${here} of ` : "";
  }
  clear.hidden = !active;
  // What matches stands first: whatever sums up the whole report is in the way, and so is a place further down.
  document.body.classList.toggle("filtered", active);
  if (active) scrollTo(0, 0);
  told.textContent = active ? `${shown.toLocaleString("en")} of ${all.toLocaleString("en")} shown` : "";
  fold();
  if (active && shown <= FEW) unfold(checks.filter(it => it.here));
}

function unfold(some) {
  for (const check of some.filter(it => !it.found.open)) {
    check.found.open = true;
    opened.add(check);
  }
}

// Close again what was opened for a filter.
function fold() {
  for (const check of opened) check.found.open = false;
  opened.clear();
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(apply, 120);
}

// Buttons are made where they can be seen: thousands that cannot would only slow the page down.
function copiable(within) {
  for (const code of within.querySelectorAll("pre, .command")) {
    if (code.dataset.copiable) continue;
    code.dataset.copiable = "yes";
    const words = code.textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.ariaLabel = `Copy ${words.split("\n")[0]}`;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(words);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    code.matches("pre") ? code.append(button) : code.after(button);
  }
}

document.addEventListener("toggle", event => { if (event.target.open) copiable(event.target); }, true);
document.querySelectorAll("details[open]").forEach(copiable);
// On paper nothing can be opened: what is short is printed whole.
let printed = [];
addEventListener("beforeprint", () => {
  printed = checks.filter(it => !it.found.open && it.found.querySelectorAll(".rows > li:not([hidden])").length <= FEW);
  for (const check of printed) check.found.open = true;
});
addEventListener("afterprint", () => { for (const check of printed) check.found.open = false; });
form.addEventListener("input", soon);
form.addEventListener("reset", soon);
form.addEventListener("submit", event => event.preventDefault());
form.hidden = checks.length === 0;
if (form.elements.words.value) apply();
