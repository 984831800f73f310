// Puts a text together from what was chosen for each change, while somebody chooses.
// What they typed into the field by hand is replaced only when they ask for it.

class MergeDesk extends HTMLElement {
  connectedCallback() {
    this.parts = JSON.parse(this.dataset.parts);
    this.field = this.querySelector(".merged :is(textarea, [type=text])");
    this.button = this.querySelector("[name=combine]");
    this.said = this.querySelector("[data-say=typed]");
    this.put = this.field.value;
    this.button.hidden = true;
    this.addEventListener("change", (event) => this.chosen(event));
    this.button.addEventListener("click", (event) => {
      event.preventDefault();
      this.combine();
    });
  }

  chosen(event) {
    if (event.target.type !== "radio") return;
    if (this.field.value === this.put) this.combine();
    else this.button.hidden = this.said.hidden = false;
  }

  combine() {
    const choice = (at) => this.querySelector(`[name$="-choice-${at}"]:checked`).value;
    const texts = this.parts.map((part, at) =>
      typeof part === "string" ? part : part[choice(at)],
    );
    this.field.value = texts.join("");
    this.put = this.field.value;
    this.button.hidden = this.said.hidden = true;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("merge-desk", MergeDesk);
