// Offers the names of members while somebody types one after an @. Arrow keys choose,
// Enter or Tab takes one, Escape puts them away; never within an input method's word.

const PAUSE = 120; // milliseconds without a key before names are asked for
const BEGUN = /(?<![\w.+/@＠-])[@＠]([\w.+-]{0,40})$/;

class MentionList extends HTMLElement {
  connectedCallback() {
    if (this.field) return; // it was only moved
    this.field = this.querySelector("textarea");
    this.list = this.querySelector("[role=listbox]");
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-controls", this.list.id);
    this.field.addEventListener("input", (event) => event.isComposing || this.later());
    this.field.addEventListener("compositionend", () => this.later());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("li")));
  }

  get begun() {
    return BEGUN.exec(this.field.value.slice(0, this.field.selectionStart));
  }

  later() {
    clearTimeout(this.timer);
    if (this.begun) this.timer = setTimeout(() => this.ask(), PAUSE);
    else this.close();
  }

  async ask() {
    const typed = this.begun?.[1];
    const answer = await fetch(`${this.dataset.at}?q=${encodeURIComponent(typed)}`);
    if (answer.redirected || !answer.ok || typed !== this.begun?.[1]) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.list.replaceChildren(...page.querySelectorAll("li"));
    [...this.list.children].forEach((item, at) => (item.id = `${this.list.id}-${at}`));
    this.list.hidden = !this.list.children.length || document.activeElement !== this.field;
    this.choose(this.list.firstElementChild);
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229 || this.list.hidden) return;
    const items = [...this.list.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose(items.at((items.indexOf(this.chosen) + step) % items.length));
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.chosen);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  choose(item) {
    this.chosen?.removeAttribute("aria-selected");
    this.chosen = item;
    item?.setAttribute("aria-selected", "true");
    if (item && !this.list.hidden) this.field.setAttribute("aria-activedescendant", item.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  take(item) {
    const end = this.field.selectionStart;
    const start = end - (this.begun?.[1].length ?? 0);
    this.field.setRangeText(`${item.dataset.name} `, start, end, "end");
    this.close();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.choose(null);
  }
}

customElements.define("mention-list", MentionList);
