// Passages of the texts on an entry's page, as the server counts them.

import { Reader, places } from "./plain-form.js";

const AROUND = 64; // characters before and after that tell one place from another

// Returns what is selected of a text, null for nothing of one.
export function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const root = textOf(range);
  const found = root && places(root, range);
  return found && passage(root, ...found);
}

// Returns the text that a range begins in, or else the first that it touches.
function textOf(range) {
  const texts = [...document.querySelectorAll(".quotable")];
  return (
    texts.find((text) => text.contains(range.startContainer)) ??
    texts.find((text) => range.intersectsNode(text))
  );
}

function passage(root, start, end) {
  const letters = [...plain(root)];
  const part = (from, to) => letters.slice(Math.max(0, from), to).join("");
  return {
    where: root.dataset.where,
    quote: part(start, end),
    at: start,
    before: part(start - AROUND, start),
    after: part(end, end + AROUND),
  };
}

function plain(root) {
  return Array.from(new Reader().read(root), (found) => found[3]).join("");
}

// Returns the range of a passage in the page, null where the text is another by now.
export function rangeOf({ where, quote, at }) {
  const root = document.getElementById(`text-${where}`);
  const end = at + [...quote].length;
  const range = document.createRange();
  let begun = false;
  for (const [node, index, place] of root ? new Reader().read(root) : []) {
    if (place < at || place >= end) continue;
    if (!begun) range.setStart(node, index);
    range.setEnd(node, index + (node.data.codePointAt(index) > 0xffff ? 2 : 1));
    begun = true;
  }
  return begun ? range : null;
}
