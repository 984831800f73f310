// What can be said of a note without words: one menu for all notes of the page.

const menu = document.getElementById("moods");

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.react");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const box = link.getBoundingClientRect();
  menu.style.setProperty("--top", `${box.bottom + scrollY}px`);
  menu.style.setProperty("--left", `${Math.min(box.left, innerWidth - 200) + scrollX}px`);
  for (const button of menu.children) button.formAction = link.href;
  menu.showPopover({ source: link });
  menu.querySelector("button").focus();
});

menu.addEventListener("click", () => menu.hidePopover());
