// One click: the page of the site opens that says what it understood of the page being
// read, with its title and what is marked there. Nothing is sent before that is saved.

const MARKED = 4000; // characters; longer addresses are refused on the way

async function site() {
  return (await chrome.storage.sync.get("site")).site;
}

function read() {
  return { title: document.title, note: String(getSelection()) };
}

async function capture(tab) {
  const base = await site();
  if (!base) return chrome.runtime.openOptionsPage();
  let seen = { title: tab.title ?? "", note: "" };
  try {
    const [answer] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, func: read });
    seen = answer.result ?? seen;
  } catch {
    // A page that no extension may look into, such as a PDF: its address is enough.
  }
  const said = new URLSearchParams({ text: tab.url, title: seen.title, note: seen.note.slice(0, MARKED) });
  return chrome.tabs.create({ url: `${base}/add/?${said}`, index: tab.index + 1 });
}

chrome.action.onClicked.addListener(capture);
