// Keeps a copy of a text while it is being written, in this browser only, and offers
// it back after a crash. The copy goes when the server says the text is saved.

const PREFIX = "draft:";
const PAUSE = 400; // milliseconds without a key before a copy is made

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

function keep(key, draft) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(draft));
  } catch {
    // A full or forbidden store must not stop anybody from writing.
  }
}

function drop(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // As above.
  }
}

class DraftKeeper extends HTMLElement {
  connectedCallback() {
    if (this.body) return; // it was only moved
    this.body = this.querySelector("[name=body]");
    this.base = this.querySelector("[name=base]");
    this.offer = this.querySelector(".offer");
    // What the server has; nothing, when it gives back a text it did not save.
    this.saved = "unsaved" in this.dataset ? null : this.body.value;
    this.body.addEventListener("input", () => this.later());
    if (this.offer) {
      this.offerBack(read(this.dataset.key));
      this.offer.addEventListener("click", (event) => this.choose(event));
    }
    addEventListener("pagehide", () => this.copy());
  }

  offerBack(draft) {
    if (!draft || draft.body === this.body.value) return;
    const since = draft.base === this.base.value ? "same" : "newer";
    for (const part of this.offer.querySelectorAll("[data-when]")) {
      part.hidden = part.dataset.when !== since;
    }
    this.offered = draft;
    this.offer.hidden = false;
  }

  choose(event) {
    const wish = event.target.closest("[data-do]")?.dataset.do;
    if (!wish) return;
    if (wish === "restore") this.restore(this.offered);
    else drop(this.dataset.key);
    this.offered = null;
    this.offer.hidden = true;
    this.body.focus();
  }

  restore(draft) {
    this.base.value = draft.base; // the server then notices whose text is older
    this.put(draft.body);
  }

  // Keeps what is written here, and goes on with what was written for another place.
  turn(key) {
    this.copy();
    this.dataset.key = key;
    this.saved = "";
    this.put(read(key)?.body ?? "");
  }

  // The text is saved: there is nothing to keep of it.
  forget() {
    drop(this.dataset.key);
    this.put("");
  }

  put(text) {
    this.offered = null;
    this.offer.hidden = true;
    this.body.value = text;
    this.body.dispatchEvent(new Event("input", { bubbles: true }));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.copy(), PAUSE);
  }

  copy() {
    if (this.offered) return;
    if (this.body.value === this.saved) drop(this.dataset.key);
    else keep(this.dataset.key, { body: this.body.value, base: this.base.value });
  }
}

for (const saved of document.querySelectorAll("[data-saved]")) drop(saved.dataset.saved);
customElements.define("draft-keeper", DraftKeeper);
