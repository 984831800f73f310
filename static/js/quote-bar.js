// What can be done with a selected passage: highlight it, write about it, copy it. The
// bar comes with the selection; Tab leads from the text to it, Escape puts it away.

import { rangeOf, selected } from "./passage.js";

const PAUSE = 200; // milliseconds a selection has to stay as it is
const TEAM = "highlights-for-the-team";

class QuoteBar extends HTMLElement {
  connectedCallback() {
    this.margin = document.querySelector("margin-notes");
    this.team = this.querySelector("[data-do=team]");
    this.share(localStorage.getItem(TEAM) === "yes");
    document.addEventListener("selectionchange", () => this.later());
    document.addEventListener("pointerdown", (event) => this.press(event));
    document.addEventListener("pointerup", () => this.release());
    document.addEventListener("keydown", (event) => this.key(event));
    // Pressing a button must not take the selection away.
    this.addEventListener("pointerdown", (event) => event.preventDefault());
    this.addEventListener("click", (event) => this.act(event.target.closest("button")));
  }

  press(event) {
    this.pressed = event.pointerType === "mouse" && !this.contains(event.target);
  }

  release() {
    this.pressed = false;
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), PAUSE);
  }

  look() {
    const passage = this.pressed ? null : selected();
    if (passage) this.show(passage);
    else if (!this.contains(document.activeElement)) this.close();
  }

  show(passage) {
    if (this.hidden) this.margin.hint(this.dataset.said);
    this.passage = passage;
    this.hidden = false;
    this.place(rangeOf(passage).getBoundingClientRect());
  }

  place(box) {
    const above = box.top - this.offsetHeight - 8;
    const top = above > 0 ? above : box.bottom + 8;
    const most = document.documentElement.clientWidth - this.offsetWidth - 8;
    const left = Math.max(8, Math.min(box.left, most));
    this.style.setProperty("--top", `${top + scrollY}px`);
    this.style.setProperty("--left", `${left + scrollX}px`);
  }

  close() {
    this.hidden = true;
  }

  key(event) {
    const here = document.activeElement;
    const inside = this.contains(here);
    if (event.isComposing || this.hidden || !(inside || away(here))) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const done =
      (event.key === "Escape" && this.leave()) ||
      (event.key === "Tab" && !event.shiftKey && !inside && this.move(0)) ||
      (inside && step && this.move(step));
    if (done) event.preventDefault();
  }

  move(step) {
    const buttons = [...this.querySelectorAll("button")];
    const next = step && buttons.indexOf(document.activeElement) + step;
    buttons.at(next % buttons.length).focus();
    return true;
  }

  leave() {
    getSelection().removeAllRanges();
    this.close();
    const text = document.getElementById(`text-${this.passage.where}`);
    text.focus({ preventScroll: true });
    return true;
  }

  share(on) {
    this.team.setAttribute("aria-pressed", String(on));
    this.visibility = on ? "team" : "private";
    localStorage.setItem(TEAM, on ? "yes" : "");
  }

  act(button) {
    const { meaning, do: wish } = button?.dataset ?? {};
    if (meaning) this.highlight(meaning);
    if (wish === "team") this.share(this.visibility === "private");
    if (wish === "note") this.note();
    if (wish === "copy") this.copy();
  }

  async highlight(meaning) {
    const { visibility } = this;
    const words = { body: "", base: 0, visibility, meaning, ...this.passage };
    const { ok } = await this.margin.post(this.dataset.at, words);
    if (ok) this.leave();
  }

  note() {
    document.getElementById("composer").about(this.passage, this.visibility);
    getSelection().removeAllRanges();
    this.close();
  }

  async copy() {
    const quote = this.passage.quote.replaceAll("\n", "\n> ");
    const source = `[${this.dataset.title}](${location.href.split("#")[0]})`;
    await navigator.clipboard.writeText(`> ${quote}\n\n${source}\n`);
    this.margin.say(this.dataset.copied);
    this.leave();
  }
}

function away(element) {
  return element === document.body || element.matches(".quotable");
}

customElements.define("quote-bar", QuoteBar);
