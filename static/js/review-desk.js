// One key for each decision: a accepts, d asks for the reason, n goes on, e edits.
class ReviewDesk extends HTMLElement {
  connectedCallback() {
    this.keys = (event) => this.pressed(event);
    document.addEventListener("keydown", this.keys);
    this.querySelector("#waiting").focus();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.keys);
  }

  pressed(event) {
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    if (field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      a: () => this.querySelector("[name=accept]").click(),
      d: () => this.querySelector("#why").focus(),
      n: () => this.querySelector("[data-key=n]")?.click(),
      e: () => this.edit(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  edit() {
    this.querySelector(".filing").open = true;
    this.querySelector(".filing input:not([type=hidden])").focus();
  }
}

customElements.define("review-desk", ReviewDesk);
