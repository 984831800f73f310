// The number of unread things in the top bar, kept true while somebody looks at the
// page: asked for every minute, when the page comes to sight, and when one was read.

const PAUSE = 60_000; // milliseconds

class InboxCount extends HTMLElement {
  connectedCallback() {
    setInterval(() => this.look(), PAUSE);
    document.addEventListener("visibilitychange", () => this.look());
    document.addEventListener("kb:told", () => this.look());
  }

  async look() {
    if (document.hidden) return;
    const number = this.querySelector(".number");
    const shown = encodeURIComponent(number.textContent);
    const asked = `${this.dataset.href}?shown=${shown}`;
    // Not followed: logged out meanwhile, the answer is the way to the log-in page.
    const answer = await fetch(asked, { redirect: "manual" }).catch(() => null);
    if (answer?.status !== 200) return;
    number.textContent = await answer.text();
    number.parentElement.hidden = !number.textContent;
  }
}

customElements.define("inbox-count", InboxCount);
