// Selecting by keyboard alone, in browsers that show no caret in a text: one that has
// the focus is selected in word by word with the arrow keys, and with Shift the
// selection grows by a character, with Ctrl too by a word.

for (const text of document.querySelectorAll(".quotable")) {
  text.tabIndex = 0;
  text.addEventListener("keydown", (event) => key(event, text));
}

function key(event, text) {
  const way = { ArrowRight: "forward", ArrowLeft: "backward" }[event.key];
  if (!way || event.target !== text || event.altKey || event.metaKey) return;
  event.preventDefault();
  const selection = getSelection();
  const begun = !selection.isCollapsed && text.contains(selection.focusNode);
  if (event.shiftKey && begun) {
    selection.modify("extend", way, event.ctrlKey ? "word" : "character");
  } else {
    next(selection, way, begun, text);
  }
}

function next(selection, way, begun, text) {
  if (!begun) selection.collapse(text, 0);
  else if (way === "forward") selection.collapseToEnd();
  else selection.collapseToStart();
  if (way === "backward") selection.modify("move", "backward", "word");
  selection.modify("extend", "forward", "word");
}
