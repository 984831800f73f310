// A button that copies a text of the page. Without scripts the text can be selected.

const SAID = 2_000; // milliseconds

class CopyText extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.hidden = !navigator.clipboard;
    this.label = [...this.button.childNodes];
    this.button.addEventListener("click", () => this.copy());
  }

  async copy() {
    const text = document.getElementById(this.dataset.of).textContent;
    await navigator.clipboard.writeText(text);
    this.button.replaceChildren(this.dataset.copied);
    setTimeout(() => this.button.replaceChildren(...this.label), SAID);
  }
}

customElements.define("copy-text", CopyText);
