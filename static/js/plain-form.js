// Where a selection is in the plain form of a text, counted as the server counts it:
// kb/text/anchors/plainform.py says the rule.

const BLOCKS = new Set(
  (
    "p div br hr h1 h2 h3 h4 h5 h6 pre blockquote ol ul li section " +
    "table thead tbody tr th td"
  ).split(" "),
);
const UNSEEN =
  ".footnote-ref, .footnote-backref, [data-aside], annotation, annotation-xml";
const SPACES = " \t\n\f\r";

export class Reader {
  length = 0;
  gap = ""; // what counts before the next character, if any comes

  // Yields each character that counts: its text node, its index there, its place, and
  // itself after the space or line feed that counts before it.
  *read(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      yield* this.text(node);
    } else if (node.nodeType === Node.ELEMENT_NODE && !node.matches(UNSEEN)) {
      const block = BLOCKS.has(node.localName);
      if (block) this.gap = "\n";
      for (const child of node.childNodes) yield* this.read(child);
      if (block) this.gap = "\n";
    }
  }

  *text(node) {
    let index = 0;
    for (const letter of node.data) {
      if (SPACES.includes(letter)) {
        this.gap ||= " ";
      } else {
        const gap = this.length ? this.gap : "";
        this.length += gap.length;
        this.gap = "";
        yield [node, index, this.length, gap + letter];
        this.length += 1;
      }
      index += letter.length;
    }
  }
}

// Returns [start, end] of the part of `range` that is in `root`, null without text.
// A formula counts whole.
export function places(root, range) {
  const whole = range.cloneRange();
  const first = formula(range.startContainer);
  const last = formula(range.endContainer);
  if (first) whole.setStartBefore(first);
  if (last) whole.setEndAfter(last);
  let found = null;
  for (const [node, index, place] of new Reader().read(root)) {
    if (!holds(whole, node, index)) continue;
    found = [found ? found[0] : place, place + 1];
  }
  return found;
}

function holds(range, node, index) {
  if (node === range.startContainer && index < range.startOffset) return false;
  if (node === range.endContainer && index >= range.endOffset) return false;
  return range.intersectsNode(node);
}

function formula(node) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  return element?.closest("math");
}
