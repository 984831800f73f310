// The tree of topics in order by drag, or by Alt and the arrow keys. Each move is the
// form's own request; the page that answers offers to undo it.
class TreeDesk extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.querySelector("[data-at]")?.focus();
    this.addEventListener("keydown", (event) => this.pressed(event));
    for (const type of ["dragstart", "dragover", "dragleave", "drop", "dragend"])
      this.addEventListener(type, (event) => this[type](event));
  }

  move(item, target, place) {
    if (!target || item === target || item.contains(target)) return;
    const said = { topic: item.dataset.topic, target: target.dataset.topic, place };
    for (const [name, value] of Object.entries(said)) this.form.elements[name].value = value;
    this.form.submit();
  }

  pressed(event) {
    const item = event.target.closest("a") && event.target.closest("li");
    if (!item || !event.key.startsWith("Arrow") || event.isComposing) return;
    event.preventDefault();
    if (!event.altKey) return this.look(event.target, event.key);
    const before = item.previousElementSibling, after = item.nextElementSibling;
    const above = item.parentElement.closest("li");
    if (event.key === "ArrowUp") this.move(item, before, "left");
    else if (event.key === "ArrowDown") this.move(item, after, "right");
    else if (event.key === "ArrowRight") this.move(item, before, "last-child");
    else this.move(item, above, "right");
  }

  look(from, key) {
    const links = [...this.querySelectorAll("li a")];
    const step = key === "ArrowUp" || key === "ArrowLeft" ? -1 : 1;
    links[links.indexOf(from) + step]?.focus();
  }

  dragstart(event) {
    this.dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.dragged.dataset.topic);
  }

  // The upper and lower quarter of a line are before and behind it, the middle below it.
  placed(event) {
    const node = event.target.closest(".node");
    if (!node || !this.dragged || this.dragged.contains(node)) return null;
    const box = node.getBoundingClientRect();
    const at = (event.clientY - box.top) / box.height;
    return { node, place: at < 0.25 ? "left" : at > 0.75 ? "right" : "last-child" };
  }

  dragover(event) {
    const found = this.placed(event);
    this.unmark();
    if (!found) return;
    event.preventDefault();
    found.node.dataset.drop = found.place;
  }

  dragleave() {
    this.unmark();
  }

  drop(event) {
    const found = this.placed(event);
    if (!found) return;
    event.preventDefault();
    this.move(this.dragged, found.node.closest("li"), found.place);
  }

  dragend() {
    this.unmark();
    this.dragged = null;
  }

  unmark() {
    this.querySelector("[data-drop]")?.removeAttribute("data-drop");
  }
}

customElements.define("tree-desk", TreeDesk);
