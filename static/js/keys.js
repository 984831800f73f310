// Keys that work on every page, and the palette that finds entries, topics and actions.
// Never in a field, and never in the middle of an input method's word. What they show
// comes from the server, in the reader's language, when it is first asked for.

const said = document.querySelector("script[data-palette]").dataset;
const PAUSE = 120; // milliseconds without a key, before it is asked
const ROWS = ".entries h2 a";

function rows() {
  return [...document.querySelectorAll(ROWS)];
}

function here() {
  const focused = document.activeElement?.closest(".row")?.querySelector("h2 a");
  return focused ?? (document.querySelector("article.entry") ? location : null);
}

function step(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement?.closest(".row")?.querySelector("h2 a"));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: "center" });
  return Boolean(next);
}

function go(path) {
  const page = here();
  if (page) location.assign(new URL(path, page.href));
  return Boolean(page);
}

// On an entry's page its own button; in a list what the button would send.
function mark(button, path, values) {
  const own = document.getElementById(button);
  if (own) own.click();
  const row = own ? null : here();
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (row?.href && token && window.htmx) {
    const sent = { ...values, csrfmiddlewaretoken: token };
    htmx.ajax("POST", new URL(path, row.href).pathname, { values: sent, swap: "none", target: "body" });
  }
  return Boolean(own || row);
}

function follow(selector) {
  const link = document.querySelector(selector);
  link?.click();
  return Boolean(link);
}

function dialog(id, label) {
  const made = document.createElement("dialog");
  made.id = id;
  made.className = "sheet";
  made.setAttribute("aria-label", label);
  made.addEventListener("close", () => made.remove());
  made.addEventListener("click", (event) => event.target === made && made.close());
  document.body.append(made);
  return made;
}

async function sheet() {
  const page = new DOMParser().parseFromString(await (await fetch(said.help)).text(), "text/html");
  const keys = page.getElementById("keys");
  if (!keys || document.querySelector("dialog[open]")) return;
  const title = page.getElementById("help-keys");
  const shown = dialog("sheet", title.textContent);
  shown.append(title, keys);
  shown.tabIndex = -1;
  shown.showModal();
}

class Palette {
  constructor() {
    this.dialog = dialog("palette", said.label);
    this.field = Object.assign(document.createElement("input"), { type: "text", autocomplete: "off", spellcheck: false });
    this.list = Object.assign(document.createElement("ul"), { id: "palette-lines" });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", said.label);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-label": said.label, "aria-expanded": "true", "aria-controls": "palette-lines", placeholder: said.label }))
      this.field.setAttribute(name, value);
    this.field.addEventListener("input", (event) => event.isComposing || this.later());
    this.field.addEventListener("compositionend", () => this.ask());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.dialog.append(this.field, this.list);
    this.dialog.showModal();
    this.field.focus();
    this.ask();
  }

  later() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const asked = this.field.value;
    const answer = await fetch(`${said.palette}?q=${encodeURIComponent(asked)}`);
    if (asked !== this.field.value || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.list.replaceChildren(...page.body.children);
    this.choose(this.list.querySelector("li:has(a)"));
  }

  choose(line) {
    this.list.querySelector("[aria-selected]")?.removeAttribute("aria-selected");
    line?.setAttribute("aria-selected", "true");
    line?.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", line?.id ?? "");
    this.chosen = line;
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const lines = [...this.list.querySelectorAll("li:has(a)")];
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.choose(lines[(lines.indexOf(this.chosen) + by + lines.length) % lines.length]);
    else if (event.key === "Enter") this.chosen?.querySelector("a").click();
    else return;
    event.preventDefault();
  }
}

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => document.activeElement?.matches(ROWS) && (document.activeElement.click(), true),
  a: () => follow("a.button.add"),
  e: () => go("edit/"),
  t: () => go("edit/#id_topics"),
  s: () => mark("mark-star", "star/", { on: "yes" }),
  r: () => mark("mark-read", "reading/", { state: "read" }),
  "?": () => (sheet(), true),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) new Palette();
    return;
  }
  const busy = event.target.isContentEditable || event.target.closest?.("input, select, textarea, dialog, review-desk, tree-desk");
  const own = document.querySelector("review-desk"); // a page with keys of its own
  if (busy || own || event.ctrlKey || event.metaKey || event.altKey) return;
  if (ACTS[event.key]?.()) event.preventDefault();
});
