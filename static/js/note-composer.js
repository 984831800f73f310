// Writes notes and replies without leaving the page. The form for notes is moved to the
// passage that a note is about, the one for replies into its thread; what was typed for
// another place is kept by the browser and is back when the form is.

import { rangeOf } from "./passage.js";

class NoteComposer extends HTMLElement {
  connectedCallback() {
    if (this.form) return; // it was only moved
    this.home = this.parentElement;
    this.form = this.querySelector("form");
    this.keeper = this.querySelector("draft-keeper");
    this.wrong = this.querySelector(".wrong");
    this.margin = document.querySelector("margin-notes");
    this.addEventListener("htmx:beforeOnLoad", (event) => {
      // Logged out meanwhile: what comes is the page to log in, and no preview.
      if (!event.detail.xhr.responseURL.endsWith("/preview/")) event.preventDefault();
    });
    this.form.addEventListener("submit", (event) => this.send(event));
    this.addEventListener("keydown", (event) => this.key(event));
    const cancel = this.querySelector("[data-do=close]");
    cancel.hidden = false;
    cancel.addEventListener("click", () => this.close());
    if (this.id === "replier") document.addEventListener("click", (event) => this.asked(event));
  }

  asked(event) {
    const link = event.target.closest("a.reply");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.asker = link;
    this.open(link.closest("li.thread"), link.getAttribute("href"));
  }

  about(passage, visibility) {
    this.fill(passage);
    this.form.elements.visibility.value = visibility;
    this.pending(rangeOf(passage));
    const before = this.closest("li.composing");
    const item = document.createElement("li");
    item.className = "composing";
    document.getElementById("beside-threads").insertBefore(item, after(rangeOf(passage)));
    this.open(item, this.form.getAttribute("action"), "#");
    before?.remove();
  }

  fill({ where = "", quote = "", at = "", before = "", after = "" } = {}) {
    const { elements } = this.form;
    Object.assign(elements.quote, { value: quote, readOnly: Boolean(where) });
    elements.where.value = where;
    elements.at.value = at;
    elements.before.value = before;
    elements.after.value = after;
  }

  pending(range) {
    if (range) CSS.highlights?.set("pending", new Highlight(range));
    else CSS.highlights?.delete("pending");
  }

  open(place, action, part = "") {
    const key = `${this.keeper.dataset.key.split(":")[0]}:${action}${part}`;
    place.append(this);
    this.hidden = false;
    this.form.setAttribute("action", action);
    if (this.keeper.dataset.key !== key) this.keeper.turn(key);
    document.dispatchEvent(new Event("margin")); // which gives it its place
    this.querySelector("[name=body]").focus();
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape" && !event.defaultPrevented) this.close();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
  }

  async send(event) {
    event.preventDefault();
    const words = Object.fromEntries(new FormData(this.form));
    const said = await this.margin.post(this.form.action, words);
    this.wrong.textContent = said.ok ? "" : said.told;
    if (!said.ok) return;
    this.keeper.forget();
    this.close();
    document.querySelector(`#note-${said.note} a`)?.focus();
  }

  close() {
    const item = this.closest("li.composing");
    const asker = this.asker;
    this.keeper.copy();
    this.home.append(this);
    item?.remove();
    if (this.form.elements.quote) {
      this.fill();
      this.pending();
      this.keeper.turn(`${this.keeper.dataset.key.split("#")[0]}`);
    } else {
      this.hidden = true;
    }
    this.wrong.textContent = "";
    asker?.focus();
    document.dispatchEvent(new Event("margin"));
  }
}

// Returns the first thread whose mark is behind a range.
function after(range) {
  const marks = [...document.querySelectorAll("mark[id]")];
  const mark = marks.find((one) => range.comparePoint(one, 0) > 0);
  return mark ? document.getElementById(`thread-${mark.dataset.note}`) : null;
}

customElements.define("note-composer", NoteComposer);
