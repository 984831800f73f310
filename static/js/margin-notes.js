// Keeps the notes on an entry's page as they are: asks every two seconds whether others
// wrote, and puts in what changed beside what somebody is typing or selecting.

import { merge, refill } from "./merging.js";

const PAUSE = 2_000; // milliseconds between two questions
const LONGEST = 60_000; // while the site does not answer
const SHOWN = 8_000; // how long what is said can be read

class MarginNotes extends HTMLElement {
  connectedCallback() {
    this.pause = PAUSE;
    this.voice = this.querySelector(".spoken");
    this.whisper = this.querySelector(".unseen");
    document.addEventListener("click", (event) => this.click(event));
    document.addEventListener("visibilitychange", () => this.watch());
    document.addEventListener("selectionchange", () => this.held && this.fill());
    addEventListener("pageshow", (event) => event.persisted && this.watch());
    this.timer = setTimeout(() => this.watch(), PAUSE);
  }

  async watch() {
    clearTimeout(this.timer);
    if (document.hidden) return;
    try {
      await this.refresh();
      this.pause = PAUSE;
    } catch {
      this.pause = Math.min(2 * this.pause, LONGEST);
    }
    clearTimeout(this.timer);
    if (!this.left) this.timer = setTimeout(() => this.watch(), this.pause);
  }

  async refresh() {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const at = new URL(this.dataset.at, location);
    at.searchParams.set("seen", this.dataset.seen);
    const answer = await fetch(at, { headers: { Accept: "text/html" } });
    if (answer.status === 204 || turn !== this.turn) return;
    if (answer.redirected) return this.leave();
    if (!answer.ok) throw new Error(answer.status);
    this.put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  }

  put(page) {
    const fresh = page.querySelector("[data-seen]");
    this.dataset.seen = fresh.dataset.seen;
    this.held = [...fresh.querySelectorAll(".quotable")];
    const news = [...fresh.querySelectorAll("ol.threads")].map(merge);
    fresh.querySelectorAll("[id][data-stamp]:not(li, .quotable)").forEach(refill);
    this.fill();
    if (news.some(Boolean) && !this.writing) this.say(this.dataset.news);
    document.dispatchEvent(new Event("margin"));
  }

  // A text is not changed under a selection.
  fill() {
    if (!getSelection().isCollapsed) return;
    this.held?.forEach(refill);
    this.held = null;
    document.dispatchEvent(new Event("margin"));
  }

  click(event) {
    const button = event.target.closest("button[form=act]");
    if (!button) return;
    event.preventDefault();
    this.post(button.formAction, { [button.name]: button.value });
  }

  // Sends words; resolves to whether they were taken, what is said, and which note it is.
  async post(action, words) {
    const body = new FormData(document.getElementById("act"));
    for (const [name, value] of Object.entries(words)) body.set(name, value);
    const headers = { Accept: "application/json" };
    let said = { ok: false, told: this.dataset.failed };
    try {
      const answer = await fetch(action, { method: "POST", body, headers });
      if (answer.redirected) said.told = this.dataset.left;
      else said = { ok: answer.ok, ...(await answer.json()) };
    } catch {
      // The site did not answer, or not to us.
    }
    this.say(said.told);
    if (said.ok) await this.refreshQuietly();
    return said;
  }

  async refreshQuietly() {
    this.writing = true;
    await this.watch();
    this.writing = false;
  }

  say(text) {
    clearTimeout(this.silence);
    this.voice.textContent = text;
    this.silence = setTimeout(() => this.voice.replaceChildren(), SHOWN);
  }

  // Tells readers of the screen alone.
  hint(text) {
    this.whisper.textContent = text;
  }

  leave() {
    this.left = true;
    this.say(this.dataset.left);
  }
}

customElements.define("margin-notes", MarginNotes);
