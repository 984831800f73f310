// The search box by keyboard: / comes here, arrows go through suggestions and on into
// the results, Enter takes one, Escape puts them away. The requests are htmx's: it is
// told that something was typed, and never in the middle of an input method's word.

const RESULTS = "#found .entries h2 a";

function composing(event) {
  return event.isComposing || event.keyCode === 229; // 229: Safari's last Enter
}

class SearchBox extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("[name=q]");
    this.list = this.querySelector("[role=listbox]");
    this.field.setAttribute("role", "combobox");
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-controls", this.list.id);
    // Part of what is asked while somebody types, and not when they send it.
    this.typing = this.querySelector("[name=typing]");
    this.field.form.addEventListener("submit", () => this.sent(), { capture: true });
    this.close();
    this.field.addEventListener("input", (event) => composing(event) || this.typed());
    this.field.addEventListener("compositionend", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) =>
      this.take(event.target.closest("[role=option]")),
    );
    this.addEventListener("htmx:beforeOnLoad", (event) => this.answered(event));
    new MutationObserver(() => this.open()).observe(this.list, { childList: true });
  }

  get options() {
    return this.list.hidden ? [] : [...this.list.querySelectorAll("[role=option]")];
  }

  sent() {
    this.typing.disabled = true;
  }

  typed() {
    this.wanted = true; // until they are put away, suggestions may come
    this.typing.disabled = false;
    this.field.dispatchEvent(new Event("typed", { bubbles: true }));
  }

  answered(event) {
    const { form } = this.field;
    if (event.detail.xhr.responseURL.startsWith(form.action)) return;
    event.preventDefault(); // logged out meanwhile: it is the page to log in
    if (event.target === form) form.submit();
  }

  key(event) {
    if (composing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const done =
      (step && this.move(step)) ||
      (event.key === "Enter" && this.take(this.chosen)) ||
      (event.key === "Escape" && !this.list.hidden && this.close());
    if (done) event.preventDefault();
    else if (event.key === "Enter") this.close();
  }

  move(step) {
    const { options } = this;
    const next = options.indexOf(this.chosen) + step;
    if (next >= options.length) return this.leave();
    this.choose(next < -1 ? options.at(-1) : options[next]);
    return options.length > 0;
  }

  leave() {
    document.querySelector(RESULTS)?.focus(); // which closes the list
    return true;
  }

  choose(option) {
    this.chosen?.removeAttribute("aria-selected");
    this.chosen = option;
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  take(option) {
    if (!option) return false;
    this.field.value = option.dataset.q;
    this.close();
    this.field.form.requestSubmit();
    return true;
  }

  open() {
    this.choose(null);
    const some = this.list.childElementCount > 0;
    this.show(this.wanted && some && document.activeElement === this.field);
  }

  close() {
    this.wanted = false;
    this.choose(null);
    this.show(false);
    return true;
  }

  show(shown) {
    this.list.hidden = !shown;
    this.field.setAttribute("aria-expanded", String(shown));
  }
}

function nearest() {
  return [...document.querySelectorAll("search-box [name=q]")].find(
    (field) => field.checkVisibility(),
  );
}

function inResults(event) {
  const links = [...document.querySelectorAll(RESULTS)];
  const here = links.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (here < 0 || !step) return null;
  return links[here + step] ?? (step < 0 ? nearest() : null);
}

document.addEventListener("keydown", (event) => {
  const modified = event.altKey || event.ctrlKey || event.metaKey;
  const busy = event.target.isContentEditable || event.target.matches("input, select, textarea");
  if (event.defaultPrevented || composing(event) || modified || busy) return;
  const to = event.key === "/" ? nearest() : inResults(event);
  if (!to) return;
  event.preventDefault();
  to.focus();
  if (event.key === "/") to.select();
});

customElements.define("search-box", SearchBox);
