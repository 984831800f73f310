// Says to others that this page is being written on, while it is in sight, and shows
// who else does. What is read out is who came and who left, not every minute.

const EVERY = 15_000; // milliseconds between two signs

class EditingNow extends HTMLElement {
  connectedCallback() {
    this.others = this.querySelector(".others");
    this.timer = setInterval(() => this.sign(), EVERY);
    document.addEventListener("visibilitychange", () => this.sign());
    this.addEventListener("htmx:beforeSwap", (event) => this.answered(event));
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  sign() {
    if (document.visibilityState === "visible") this.dispatchEvent(new Event("sign"));
  }

  answered(event) {
    const { xhr } = event.detail;
    const here = new URL(xhr.responseURL).pathname === this.getAttribute("hx-post");
    this.querySelector("[data-say=out]").hidden = here;
    if (here && !this.same(xhr.responseText)) return;
    event.detail.shouldSwap = false;
  }

  // Whether the same people are there; then only since when is put in.
  same(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const people = (page) => [...page.querySelectorAll("[data-who]")];
    const [old, now] = [people(this.others), people(fresh)];
    const names = (list) => list.map((one) => one.dataset.who).join("\n");
    if (names(old) !== names(now)) return false;
    for (const [at, one] of old.entries()) one.replaceWith(now[at]);
    return true;
  }
}

customElements.define("editing-now", EditingNow);
