// Gives every Jalali date field a reading of what was typed and a calendar to choose from.
// The calendar itself comes from Intl; the text field stays the truth and works alone.

const dayLength = 86400000;
const jalaliParts = new Intl.DateTimeFormat("en-u-ca-persian-nu-latn", { year: "numeric", month: "numeric", day: "numeric", timeZone: "UTC" });
const lang = document.documentElement.lang;
const locale = lang === "fa" ? "fa-IR-u-ca-persian" : "en-u-ca-persian";
const digits = new Intl.NumberFormat(lang === "fa" ? "fa-IR" : "en", { useGrouping: false });
const longParts = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const gregorianDate = new Intl.DateTimeFormat(lang === "fa" ? "fa-IR-u-ca-gregory" : "en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const weekdays = [6, 0, 1, 2, 3, 4, 5];

function jalali(time) {
  const found = {};
  for (const { type, value } of jalaliParts.formatToParts(time)) found[type] = Number.parseInt(value, 10);
  return { year: found.year, month: found.month, day: found.day };
}

// Browsers put the year first in Persian dates; people say the day first, in both languages.
function spell(time, ...names) {
  const found = {};
  for (const { type, value } of longParts.formatToParts(time)) found[type] = value;
  return names.map((name) => found[name]).join(" ");
}

const longDate = (time) => spell(time, "weekday", "day", "month", "year");

const order = (date) => date.year * 10000 + date.month * 100 + date.day;

// A guess that is at most a few days off, then walked to the day; undefined for a day that does not exist.
function timeOf(date) {
  let time = Date.UTC(date.year + 621, 2, 21) + ((date.month - 1) * 30.5 + date.day - 1) * dayLength;
  time = Math.floor(time / dayLength) * dayLength;
  for (let step = 0; step < 12; step += 1) {
    const distance = order(date) - order(jalali(time));
    if (distance === 0) return time;
    time += Math.sign(distance) * dayLength;
  }
  return undefined;
}

function asciiDigits(text) {
  return text.replace(/[\u06f0-\u06f9\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) & 15));
}

function read(text) {
  const match = /^\s*(1[2-5]\d\d)[/\-.](\d{1,2})[/\-.](\d{1,2})\s*$/.exec(asciiDigits(text));
  if (!match) return undefined;
  const [year, month, day] = match.slice(1).map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? timeOf({ year, month, day }) : undefined;
}

function write(time) {
  const { year, month, day } = jalali(time);
  const pad = (number) => digits.format(number).padStart(2, digits.format(0));
  return `${digits.format(year)}/${pad(month)}/${pad(day)}`;
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function moved(time, key) {
  const date = jalali(time);
  const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  if (key === "ArrowUp") return time - 7 * dayLength;
  if (key === "ArrowDown") return time + 7 * dayLength;
  if (key === "ArrowLeft" || key === "ArrowRight") return time + (key === forward ? 1 : -1) * dayLength;
  if (key === "Home") return time - (date.day - 1) * dayLength;
  if (key === "PageUp" || key === "PageDown") return monthAway(time, key === "PageUp" ? -1 : 1);
  return undefined;
}

function monthAway(time, count) {
  const { year, month, day } = jalali(time);
  const index = year * 12 + month - 1 + count;
  const target = { year: Math.floor(index / 12), month: (index % 12) + 1 };
  for (let last = day; last > 0; last -= 1) {
    const found = timeOf({ ...target, day: last });
    if (found !== undefined) return found;
  }
  return time;
}

class Calendar {
  constructor(field, input) {
    this.field = field;
    this.input = input;
    this.title = element("strong", { "aria-live": "polite", id: `${input.id}-month` });
    this.table = element("table", { "aria-labelledby": `${input.id}-month` });
    const turn = (count, label, sign) => {
      const button = element("button", { type: "button", class: "btn btn-ghost btn-sm", "aria-label": label }, sign);
      button.addEventListener("click", () => this.show(monthAway(this.time, count)));
      return button;
    };
    const close = element("button", { type: "button", class: "btn btn-sm" }, field.dataset.close);
    close.addEventListener("click", () => this.dialog.close());
    // Both signs are mirrored by the text direction itself.
    this.dialog = element("dialog", { class: "calendar", "aria-label": field.dataset.choose },
      element("div", {}, turn(-1, field.dataset.earlier, "‹"), this.title,
        turn(1, field.dataset.later, "›")),
      this.table, close);
    this.table.addEventListener("keydown", (event) => this.press(event));
    this.table.addEventListener("click", (event) => this.choose(event.target.closest("button")));
    field.append(this.dialog);
  }

  open() {
    const now = new Date();
    this.today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
    this.chosen = read(this.input.value);
    this.dialog.showModal();
    this.show(this.chosen ?? this.today, true);
  }

  show(time, focus = false) {
    this.time = time;
    this.title.textContent = spell(time, "month", "year");
    const date = jalali(time);
    const first = time - (date.day - 1) * dayLength;
    const names = element("tr", {});
    for (const weekday of weekdays) {
      const sample = Date.UTC(2024, 0, 7 + weekday);
      const name = (width) => new Intl.DateTimeFormat(locale, { weekday: width, timeZone: "UTC" }).format(sample);
      names.append(element("th", { scope: "col", abbr: name("long") }, name("narrow")));
    }
    const body = element("tbody", {});
    let row = element("tr", {});
    for (let blank = weekdays.indexOf(new Date(first).getUTCDay()); blank > 0; blank -= 1) row.append(element("td", {}));
    for (let day = first; jalali(day).month === date.month; day += dayLength) {
      if (row.children.length === 7) {
        body.append(row);
        row = element("tr", {});
      }
      row.append(element("td", {}, this.dayButton(day)));
    }
    body.append(row);
    this.table.replaceChildren(element("thead", {}, names), body);
    if (focus) this.table.querySelector("button[tabindex='0']").focus();
  }

  dayButton(day) {
    const button = element("button", {
      type: "button", "data-time": day, tabindex: day === this.time ? 0 : -1,
      "aria-pressed": day === this.chosen, "aria-label": longDate(day),
    }, digits.format(jalali(day).day));
    if (day === this.today) button.setAttribute("aria-current", "date");
    return button;
  }

  press(event) {
    const target = moved(this.time, event.key);
    if (target === undefined) return;
    event.preventDefault();
    this.show(target, true);
  }

  choose(button) {
    if (!button) return;
    this.input.value = write(Number(button.dataset.time));
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.dialog.close();
    this.input.focus();
  }
}

function enrich(field) {
  if (field.dataset.ready) return;
  field.dataset.ready = "yes";
  const input = field.querySelector("input");
  const reading = field.querySelector("[data-jalali-read]");
  const tell = () => {
    const time = read(input.value);
    reading.textContent = time === undefined ? "" : `${longDate(time)} · ${gregorianDate.format(time)}`;
  };
  const button = element("button", { type: "button", class: "btn", "aria-haspopup": "dialog", "aria-label": `${field.dataset.choose}: ${field.querySelector("label").textContent}` });
  button.innerHTML = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><rect x="4" y="5.5" width="16" height="14.5" rx="2"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4"/></svg>';
  let calendar;
  button.addEventListener("click", () => {
    calendar ??= new Calendar(field, input);
    calendar.open();
  });
  input.after(button);
  input.addEventListener("input", tell);
  tell();
}

const enrichAll = (part) => part.querySelectorAll("[data-jalali-field]").forEach(enrich);
document.addEventListener("htmx:load", (event) => enrichAll(event.target));
enrichAll(document);
