// A member's marks on an entry, which look pressed before the server has answered. The
// answer replaces them all; where it is an error they go back to what they were.

class EntryMarks extends HTMLElement {
  connectedCallback() {
    this.addEventListener("htmx:beforeRequest", (event) => this.press(event));
    this.addEventListener("htmx:beforeOnLoad", (event) => this.answered(event));
    for (const error of ["htmx:responseError", "htmx:sendError"]) {
      this.addEventListener(error, () => this.failed());
    }
  }

  press(event) {
    const buttons = [...event.target.querySelectorAll("[aria-pressed]")];
    const pressed = event.detail.requestConfig.triggeringEvent?.submitter;
    this.before = buttons.map((button) => [button, button.getAttribute("aria-pressed")]);
    for (const [button, was] of this.before) {
      const on = button === pressed && was !== "true";
      button.setAttribute("aria-pressed", String(on));
    }
  }

  answered(event) {
    const { xhr, requestConfig } = event.detail;
    if (new URL(xhr.responseURL).pathname === new URL(requestConfig.path, location).pathname) return;
    event.preventDefault(); // logged out meanwhile: it is the page to log in
    location.reload();
  }

  failed() {
    for (const [button, was] of this.before ?? []) button.setAttribute("aria-pressed", was);
    const told = document.createElement("p");
    told.className = "failed toast";
    told.textContent = this.dataset.failed;
    document.querySelector("#messages")?.replaceChildren(told);
  }
}

customElements.define("entry-marks", EntryMarks);
