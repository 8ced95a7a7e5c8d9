// Keys. What a key does stands in the page: data-key on a button, link, form or menu, data-jump in the side bar.
// A key is looked for in the selected row, then on the screen, then among the commands of the palette.

import { all, find, isShown, isTyping, keyOf, nameOf, press } from "./page.js";
import { open, selectedRow, tick, walk } from "./rows.js";
import { showDialog } from "./dialogs.js";

const keyed = (key, from) => all("[data-key]", from).filter((e) => e.dataset.key.toLowerCase() === key);

const meant = (key) => {
  const dialog = find("dialog[open]");
  if (dialog) return keyed(key, dialog).find(isShown);
  const inRow = keyed(key, selectedRow() ?? document.createElement("i")).find(isShown);
  const onScreen = keyed(key, document).filter((e) => !e.closest(".item, tr, .board-card, dialog")).find(isShown);
  return inRow ?? onScreen ?? find(`dialog.palette [data-command-key="${CSS.escape(key)}"]`);
};

// "g" and then a letter goes to a part of the product.
let jumpUntil = 0;
const jump = (key) => {
  const place = find(`[data-jump="${CSS.escape(key)}"]`);
  jumpUntil = 0;
  if (place) location.assign(place.href);
  return Boolean(place);
};

const ownKeys = (key, isShift) => {
  if (key === "?") return showDialog("keys");
  if (key === "j") return walk(1);
  if (key === "k") return walk(-1);
  if (key === "x") return tick(isShift);
  if (key === "*") return find("[data-tick-all]")?.click() ?? Boolean(find("[data-tick-all]"));
  if (key === "/") return find("[data-open-palette]")?.click() ?? true;
  return false;
};

const plain = (event) => {
  const key = keyOf(event);
  if (jumpUntil > Date.now() && jump(key)) return true;
  const target = meant(key);
  if (target) return press(target) ?? true;
  if (find("dialog[open]")) return false;
  if (key === "g") return (jumpUntil = Date.now() + 1500) > 0;
  if (key === "enter") return document.activeElement === document.body && open();
  return ownKeys(key, event.shiftKey);
};

// Ctrl Enter sends the form one is writing in; with nothing in hand, the one whose button names the key.
const send = (event) => {
  const form = event.target.closest?.("form") ?? (event.target === document.body && find('main [data-key="ctrl enter"]')?.form);
  const button = form && (find('[data-key="ctrl enter"]', form) ?? find(".button-main", form));
  button ? button.click() : form?.requestSubmit();
  return Boolean(form);
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    if (send(event)) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape" && isTyping(event.target) && !event.target.closest("dialog")) return event.target.blur();
  if (isTyping(event.target)) return;
  if (event.target.closest?.("details.menu[open], [role=menu]") && event.key === "Enter") return;
  if (plain(event)) event.preventDefault();
});

const line = (caps, words) => {
  const [dt, dd] = ["dt", "dd"].map((tag) => document.createElement(tag));
  for (const cap of caps) dt.append(Object.assign(document.createElement("kbd"), { textContent: cap }));
  dd.textContent = words;
  return [dt, dd];
};

// What is read on it, without the key that is drawn beside.
const wordsOf = (element) => [...element.childNodes].filter((node) => node.nodeName !== "KBD").map((node) => node.textContent).join("");

// The sheet also lists what this screen offers, taken from the screen itself.
document.addEventListener("sheet:open", () => {
  const list = find("#keys-here");
  if (!list) return;
  const seen = new Map();
  for (const element of all("main [data-key], .topbar [data-key]")) {
    const words = element.dataset.keyLabel ?? element.labels?.[0]?.textContent ?? wordsOf(find(".button-label, .row-word", element) ?? element);
    if (!seen.has(element.dataset.key)) seen.set(element.dataset.key, words.trim());
  }
  list.replaceChildren(...[...seen].flatMap(([key, words]) => line([key.length === 1 ? key.toUpperCase() : key.replace("ctrl", "Ctrl").replace("enter", "↵")], words)));
  const places = all(".sidebar > [data-jump]").map((link) => line(["G", link.dataset.jump.toUpperCase()], nameOf(link)));
  find("#keys-places").replaceChildren(...places.flat());
  find("#keys-here-part").hidden = seen.size === 0;
});
