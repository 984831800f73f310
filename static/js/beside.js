// Puts each thread beside what it is about, where there is room beside the text. The one
// that is looked at has its place, the others make way. Without it they stand in order.

const WIDE = matchMedia("(width >= 70rem)");
const GAP = 12; // pixels between two threads
const HEAD = 80; // pixels that the head of the page takes

let active = null; // the key of the note that is looked at

function layout() {
  const list = document.getElementById("beside-threads");
  const items = [...list.children];
  for (const item of items) item.style.removeProperty("margin-block-start");
  if (!WIDE.matches || !items.length) return;
  const top = list.getBoundingClientRect().top;
  const tops = items.map((item) => place(item)?.top - top || 0);
  const heights = items.map((item) => item.offsetHeight);
  spread(tops, heights, Math.max(0, items.findIndex(looked)), HEAD - top - scrollY);
  let bottom = 0;
  items.forEach((item, index) => {
    item.style.setProperty("margin-block-start", `${tops[index] - bottom}px`);
    bottom = tops[index] + heights[index];
  });
}

function looked(item) {
  return item.matches(".composing") || item.id === `thread-${active}`;
}

// Moves places apart, so that the one with a number keeps its own, if the page has room
// for those above it.
function spread(tops, heights, kept, least) {
  for (let index = kept - 1; index >= 0; index -= 1) {
    tops[index] = Math.min(tops[index], tops[index + 1] - heights[index] - GAP);
  }
  tops[0] = Math.max(tops[0], least);
  for (let index = 1; index < tops.length; index += 1) {
    tops[index] = Math.max(tops[index], tops[index - 1] + heights[index - 1] + GAP);
  }
}

function place(item) {
  if (item.matches(".composing")) return pending()?.getBoundingClientRect();
  return document.getElementById(item.id.replace("thread", "quote"))?.getBoundingClientRect();
}

function pending() {
  return [...(globalThis.CSS?.highlights?.get("pending") ?? [])][0];
}

function look(key) {
  if (key === active) return;
  active = key;
  for (const mark of document.querySelectorAll("mark[data-note]")) {
    mark.classList.toggle("active", mark.dataset.note === key);
  }
  layout();
}

document.addEventListener("click", (event) => {
  const mark = event.target.closest("mark[data-note]");
  if (!mark || event.target.closest("a") || !getSelection().isCollapsed) return;
  location.hash = `note-${mark.dataset.note}`;
});
document.addEventListener("focusin", (event) => {
  const thread = event.target.closest?.("#beside-threads > [id]");
  if (thread) look(thread.id.replace("thread-", ""));
});
function targeted() {
  const thread = document.querySelector(":target")?.closest("#beside-threads > [id]");
  if (thread) look(thread.id.replace("thread-", ""));
}

addEventListener("hashchange", targeted);
document.addEventListener("margin", layout);
document.addEventListener("toggle", layout, true);
WIDE.addEventListener("change", layout);
new ResizeObserver(layout).observe(document.querySelector(".entry > .body"));
document.fonts.ready.then(layout);
targeted();
layout();
