// A prescription by keyboard alone. Without this script the same form works, a page at a time:
// here lines are added without a reload, the search opens a list as one types, and Enter always goes on.

const sheet = () => document.querySelector("form[data-sheet]");
let waiting = null;

// ---- deeds: the form is sent, and the sheet of the answer takes the place of this one

async function answerOf(form, submitter) {
  const fields = new FormData(form);
  if (submitter?.name) fields.append(submitter.name, submitter.value);
  waiting?.abort();
  waiting = new AbortController();
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), signal: waiting.signal });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function go(form, submitter) {
  try {
    const fresh = (await answerOf(form, submitter)).querySelector("form[data-sheet]");
    if (!fresh) return leave(form, submitter);
    form.replaceWith(document.adoptNode(fresh));
    prepare(fresh);
    fresh.querySelector("[autofocus]")?.focus();
  } catch (error) {
    if (error.name !== "AbortError") leave(form, submitter);
  }
}

// The answer was no sheet (somebody has to sign in, say): the browser shall show it as it is.
function leave(form, submitter) {
  const told = document.createElement("input");
  Object.assign(told, { type: "hidden", name: submitter?.name ?? "deed", value: submitter?.value ?? "next" });
  form.append(told);
  form.submit();
}

// What was chosen is said anew, while one goes on where one is.
async function tellDoses(form) {
  try {
    const fresh = await answerOf(form, { name: "deed", value: "look" });
    for (const told of fresh.querySelectorAll(".ep-dose")) {
      const here = document.getElementById(told.id);
      if (here) here.textContent = told.textContent;
    }
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

// ---- the list under the search

const parts = () => {
  const box = document.querySelector("[data-combo]");
  return box && { box, input: box.querySelector("input"), list: box.querySelector("#hits"), count: box.querySelector("[data-count]") };
};
const options = (list) => [...list.querySelectorAll("[role=option]")];
const active = (list) => list.querySelector("[aria-selected=true]");

function show(open) {
  const { input, list } = parts();
  list.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  if (!open) input.removeAttribute("aria-activedescendant");
}

function point(option) {
  const { input, list } = parts();
  for (const each of options(list)) each.setAttribute("aria-selected", String(each === option));
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const { input, list } = parts();
  const all = options(list);
  if (list.hidden || !all.length) return htmx.trigger(input, "look");
  const next = all.indexOf(active(list)) + step;
  point(all[(next + all.length) % all.length]);
}

function pick(option) {
  const form = sheet();
  form.elements.chosen.value = option.dataset.key;
  show(false);
  form.requestSubmit(form.querySelector("#f-next"));
}

function listed() {
  const { box, input, list, count } = parts();
  const all = options(list);
  const here = document.activeElement === input;
  show(here && all.length > 0);
  if (here && all.length && input.value.trim()) point(all[0]);
  count.textContent = input.value.trim() ? (all.length ? `${all.length.toLocaleString(document.documentElement.lang)} ${box.dataset.said}` : box.dataset.none) : "";
}

function onSearchKey(event) {
  const { input, list } = parts();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    show(false);
  } else if (event.key === "Enter" && !list.hidden && active(list)) {
    event.preventDefault();
    pick(active(list));
  } else if (event.key === "Enter" && !input.value.trim() && document.querySelector(".ep-line")) {
    event.preventDefault();
    document.getElementById("f-write").focus();
  }
}

// ---- what a sheet needs when it has come

function prepare(form) {
  form.classList.add("ep-live");
  const there = parts();
  if (there) {
    const { input, list } = there;
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "hits"], ["aria-expanded", "false"]]) input.setAttribute(name, value);
    list.setAttribute("role", "listbox");
    input.addEventListener("keydown", onSearchKey);
    input.addEventListener("blur", () => show(false));
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) pick(option);
    });
  }
  window.htmx?.process(form);
  if (there?.input.value.trim() && there.input.autofocus) window.htmx?.trigger(there.input, "look");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form !== sheet()) return;
  const by = event.submitter;
  if (by?.id === "f-write") {
    setTimeout(() => { by.disabled = true; });
    return;
  }
  event.preventDefault();
  go(form, by);
});

document.addEventListener("keydown", (event) => {
  const form = sheet();
  if (!form || event.key !== "Enter" || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("#f-write"));
  } else if (event.target.matches?.("select[data-next]")) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("#f-next"));
  } else if (event.target.matches?.("[data-save]")) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[value=save]"));
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-look]")) tellDoses(sheet());
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-select]")) event.target.select();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "hits") listed();
});

// Back from the page of what was written: the button works again.
addEventListener("pageshow", () => {
  const write = document.getElementById("f-write");
  if (write) write.disabled = false;
});

// The answer to a form that was sent stands at an address of its own: going back to it asks for nothing to be sent again.
const place = document.querySelector("form[data-address]");
if (place) history.replaceState(history.state, "", place.dataset.address);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

if (sheet()) prepare(sheet());
