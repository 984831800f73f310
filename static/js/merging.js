// Puts a newer state of a part of the page into it, and leaves alone what is the same,
// what has the focus, and what somebody is writing.

// Puts in a list by the ids and stamps of its items; returns whether it has new ones.
export function merge(fresh) {
  const here = document.getElementById(fresh.id);
  const old = new Map([...here.children].map((item) => [item.id, item]));
  let next = here.firstElementChild;
  let news = false;
  for (const item of [...fresh.children]) {
    const there = old.get(item.id);
    old.delete(item.id);
    news ||= !there;
    if (there) refill(item);
    while (next && !next.id) next = next.nextElementSibling; // a note being written
    if (there && there === next) next = next.nextElementSibling;
    else here.insertBefore(there ?? item, next);
  }
  for (const [id, item] of old) if (id && !item.querySelector("note-composer")) item.remove();
  return news;
}

// Puts the newer content into an element, unless it has it already.
export function refill(fresh) {
  const here = document.getElementById(fresh.id);
  if (!here || here.dataset.stamp === fresh.dataset.stamp) return;
  const focus = here.contains(document.activeElement) && sign(document.activeElement);
  const open = here.querySelector(":scope > details")?.open;
  const writing = here.querySelector(":scope > note-composer");
  for (const child of [...here.childNodes]) if (child !== writing) child.remove();
  here.prepend(...fresh.childNodes);
  here.dataset.stamp = fresh.dataset.stamp;
  const details = here.querySelector(":scope > details");
  if (details && open !== undefined) details.open = open;
  if (focus) find(here, focus)?.focus({ preventScroll: true });
}

function sign(element) {
  return [element.localName, element.getAttribute("href"), element.getAttribute("formaction"), element.value].join();
}

function find(here, signed) {
  return [...here.querySelectorAll("a, button, summary")].find((element) => sign(element) === signed);
}
