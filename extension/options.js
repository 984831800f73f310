const field = document.getElementById("site");
const told = document.querySelector("output");

document.documentElement.lang = chrome.i18n.getUILanguage();
for (const part of document.querySelectorAll("[data-said]"))
  part.textContent = chrome.i18n.getMessage(part.dataset.said);
field.value = (await chrome.storage.sync.get("site")).site ?? "";

document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = URL.canParse(field.value) ? new URL(field.value) : null;
  if (!given || !["http:", "https:"].includes(given.protocol)) {
    told.textContent = chrome.i18n.getMessage("wrong");
    return;
  }
  const site = (given.origin + given.pathname).replace(/\/+$/, "");
  await chrome.storage.sync.set({ site });
  told.textContent = chrome.i18n.getMessage("saved");
});
