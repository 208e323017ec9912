// Keeps the page like the workspace, and passes on what a person types, clicks and fills in.
"use strict";

const KEPT = new Set(["open", "aria-invalid", "aria-busy"]); // attributes that are the browser's or ours
const TRIES_AGAIN = 2000;
const SETTLED = 250; // milliseconds after the last key
const $ = (id) => document.getElementById(id);
const every = (selector) => [...document.querySelectorAll(selector)];

// --- what the workspace is told

async function post(action, body) {
  const told = JSON.stringify({ user: document.body.dataset.as, ...body });
  const headers = { "Content-Type": "application/json" };
  try {
    return await (await fetch(`/sandbox/${action}`, { method: "POST", headers, body: told })).json();
  } catch {
    return { error: "the sandbox does not answer" };
  }
}

let silence;
function complain(text) {
  $("toast").textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => complain(""), 8000);
}

/** Do what a control is for, with a sign that it is under way. Of a command that fails Slackbot tells. */
async function pass(control, action, body) {
  control?.setAttribute("aria-busy", "true");
  const answer = await post(action, body);
  control?.removeAttribute("aria-busy");
  const failed = answer.acknowledged === false && action !== "enter" ? answer.problem : "";
  if (answer.error || failed) complain(`This did not work: ${answer.error || failed}. Try again?`);
  return answer;
}

/** Say how the workspace is told of an element: it is in a message, on Home or in a modal. */
function place(element) {
  const { place: kind, channel, ts } = element.closest("[data-place]").dataset;
  if (kind === "message") return ["click", { channel, ts }];
  return [kind === "home" ? "click_home" : "click_view", {}];
}

async function act(element, value) {
  if (element.dataset.confirm && !(await confirmed(JSON.parse(element.dataset.confirm)))) return;
  const [action, where] = place(element);
  await pass(element, action, { ...where, action: element.dataset.action, value });
}

function confirmed(words) {
  const dialog = $("confirm");
  for (const name of ["title", "text", "confirm", "deny"]) $(`confirm-${name}`).textContent = words[name];
  $("confirm-confirm").className = `button ${words.danger ? "danger" : "primary"}`;
  dialog.returnValue = "deny";
  dialog.showModal();
  return new Promise((done) => { dialog.onclose = () => done(dialog.returnValue === "confirm"); });
}

/** Return what an input holds, as the workspace takes it. */
function valueOf(control) {
  const { kind } = control.dataset;
  const chosen = [...control.querySelectorAll("input:checked, option:checked")].map((it) => it.value);
  if (kind === "checkboxes" || control.multiple) return chosen;
  if (kind === "radio_buttons") return chosen[0] ?? null;
  const text = control.value;
  if (kind === "multi_external_select") return text ? [text] : [];
  if (!text) return null;
  if (kind === "datetimepicker") return Math.floor(new Date(text).getTime() / 1000);
  if (kind !== "rich_text_input") return text;
  const section = { type: "rich_text_section", elements: [{ type: "text", text }] };
  return { type: "rich_text", elements: [section] };
}

// --- clicks and choices

const CLICKS = {
  "a[data-look]": (link, event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    visit(link.href, link.dataset.focus);
  },
  "button[data-tells], a[data-action]": (element) => {
    element.closest("details")?.removeAttribute("open");
    act(element, element.dataset.value);
  },
  "[data-react]": (element) => {
    const { channel, ts } = element.closest("[data-place]").dataset;
    const action = element.getAttribute("aria-pressed") === "true" ? "unreact" : "react";
    pass(element, action, { channel, ts, name: element.dataset.react });
  },
  "[data-prompt]": (element) => send(element.closest("form"), element.dataset.prompt),
  "[data-open]": (element) => pass(element, "home", { tab: element.dataset.open }),
  "[data-complete]": (element) => {
    const text = element.closest("form").querySelector("textarea");
    text.value = `${element.dataset.complete} `;
    grow(text);
    text.focus();
  },
  "[data-close]": () => post("close", {}),
};

document.addEventListener("click", (event) => {
  for (const [selector, does] of Object.entries(CLICKS)) {
    const element = event.target.closest(selector);
    if (element) return does(element, event);
  }
});

document.addEventListener("change", (event) => {
  const control = event.target.closest("[data-tells]");
  if (control && !control.matches("button, [list]")) act(control, valueOf(control));
  const invalid = event.target.closest("[aria-invalid]");
  if (invalid && !whyNot(invalid)) blame(slot(invalid).dataset.block, "");
});

let asking;
document.addEventListener("input", ({ target: control }) => {
  if (control.matches("textarea[data-mine]")) grow(control);
  if (!control.matches("input[list]")) return;
  const offers = $(control.getAttribute("list"));
  const offered = [...offers.options].some((it) => it.value === control.value);
  if (offered && "tells" in control.dataset) act(control, valueOf(control));
  if (offered || control.value.length < Number(control.dataset.least)) return;
  clearTimeout(asking);
  asking = setTimeout(async () => {
    const asked = { action: control.dataset.action, text: control.value };
    const answer = await pass(null, "suggest", { ...place(control)[1], ...asked });
    offers.replaceChildren(...(answer.options ?? []).map((it) => new Option("", it.text.text)));
  }, SETTLED);
});

// --- what is typed

/** Fit a box to its text, and offer the commands that begin like it. */
function grow(text) {
  text.rows = Math.min(8, text.value.split("\n").length);
  for (const offer of text.parentElement.querySelectorAll("[data-complete]")) {
    const name = offer.dataset.complete;
    offer.hidden = !text.value || name === text.value || !name.startsWith(text.value);
  }
}

async function send(form, text) {
  const { channel, thread, then } = form.dataset;
  const answer = await pass(form.querySelector(".send"), "enter", { channel, thread_ts: thread, text });
  if (!answer.error && then && then !== location.search) await visit(new URL(then, location).href);
  return !answer.error;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  event.preventDefault();
  if (!form.classList.contains("box")) return submit(form);
  const text = form.querySelector("textarea");
  const said = text.value.trim();
  if (!said) return;
  text.value = "";
  grow(text);
  // Who is refused has not lost what was typed.
  if (!(await send(form, said)) && !text.value) text.value = said;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("[data-mine]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
  const menu = event.key === "Escape" && event.target.closest("details[open]");
  if (!menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary").focus();
});

// --- modals

const slot = (control) => control.closest(".block").querySelector(".error");
const inputs = () => every("#modal .input [data-action]:not(button)");
const fields = () => new Map(inputs().map((it) => [slot(it).dataset.block, it]));

/** Say what is wrong with the input of a block, and return what can be focused; nothing takes it back. */
function blame(block, why) {
  const control = fields().get(block);
  slot(control).textContent = why;
  control.setAttribute("aria-invalid", Boolean(why));
  return control.querySelector("input") ?? control;
}

function whyNot(control) {
  const { validity, validationMessage } = control.querySelector("input") ?? control;
  return validity.valueMissing ? "Please complete this required field." : validationMessage;
}

async function submit(form) {
  const held = [...fields()];
  const wrong = held.map(([block, it]) => whyNot(it) && blame(block, whyNot(it))).find(Boolean);
  $("trouble").textContent = "";
  if (wrong) return wrong.focus();
  const button = form.querySelector("[type=submit]");
  button.setAttribute("aria-busy", "true");
  const answer = await post("submit", { values: Object.fromEntries(held.map(([block, it]) => [block, valueOf(it)])) });
  button.removeAttribute("aria-busy");
  const [first] = Object.entries(answer.errors ?? {}).map(([block, why]) => blame(block, why));
  first?.focus();
  if ($("trouble")) $("trouble").textContent = answer.error || answer.problem || "";
}

document.addEventListener("cancel", (event) => {
  if (event.target.id !== "modal") return;
  event.preventDefault(); // It goes when the workspace has closed it.
  post("close", {});
}, true);

// --- keeping the page like the workspace

/** Make one tree like another. Whatever stays is left in place, with its focus, scroll and what was typed. */
function become(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !KEPT.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (!KEPT.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if ("keep" in old.dataset || "mine" in old.dataset) return;
  // What somebody chose or typed stays, unless the workspace has something else to offer.
  if (old.matches("textarea, select") && old.innerHTML === fresh.innerHTML) return;
  const known = new Map([...old.children].filter((it) => it.id).map((it) => [it.id, it]));
  const alike = (one, other) => one?.nodeName === other.nodeName && !one.id && !other.id;
  let next = old.firstChild;
  for (const node of [...fresh.childNodes]) {
    const same = node.id ? known.get(node.id) : alike(next, node) && next;
    if (same === next && next) next = next.nextSibling;
    else old.insertBefore(same || document.importNode(node, true), next);
    if (same?.nodeType === Node.ELEMENT_NODE) become(same, node);
    else if (same && same.data !== node.data) same.data = node.data;
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    if (gone.nodeName === "DIALOG") gone.close(); // gives the focus back
    gone.remove();
  }
}

// What is new stays in sight, unless somebody reads further up.
const settled = new WeakMap(); // log → where it was last scrolled to
const named = (log) => log.getAttribute("aria-label");
const followed = (log) =>
  log.scrollTop === settled.get(log) || log.scrollHeight - log.scrollTop - log.clientHeight < 60;

/** Show the end of a log; of a last message that is too long for it, the beginning. */
function settle(log) {
  const last = [...log.querySelectorAll(".message")].at(-1);
  log.scrollTop = last ? last.offsetTop - 8 : 0;
  settled.set(log, log.scrollTop);
}

let version = Number(document.body.dataset.version), turn = 0;
let wanted = ""; // what gets the focus with the next answer: whichever refresh brings it
async function refresh() {
  const own = ++turn;
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || own !== turn) return;
  const standing = new Map(every(".log").filter((it) => !followed(it)).map((it) => [it, named(it)]));
  const active = document.activeElement;
  become(document.body, fresh.body);
  document.title = fresh.title;
  version = Number(document.body.dataset.version);
  for (const log of every(".log")) if (standing.get(log) !== named(log)) settle(log);
  if (!active.isConnected) ($(active.id) ?? document.querySelector("dialog[open] .close"))?.focus();
  if ($("modal") && !$("modal").open) $("modal").showModal();
  if (wanted) $(wanted)?.focus({ preventScroll: true });
  wanted = "";
}

/** Look at something else, without losing what is half typed. */
async function visit(address, focus) {
  history.pushState(null, "", address);
  wanted = focus ?? "";
  await refresh();
}

async function begin() {
  every(".log").forEach(settle);
  $("modal")?.showModal();
  addEventListener("popstate", refresh);
  const { tabs, viewing } = document.body.dataset;
  for (const tab of tabs.split(" ").filter(Boolean)) post("home", tab === "home" ? { tab } : { tab, viewing });
  for (;;) {
    try {
      const answer = await fetch(`/sandbox/wait?version=${version}&timeout=25`);
      if (answer.status === 200) await refresh();
    } catch {
      complain("The sandbox does not answer. This page goes on when it does.");
      await new Promise((done) => { setTimeout(done, TRIES_AGAIN); });
    }
  }
}

begin();
