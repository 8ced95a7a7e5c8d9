// Small things that several modules ask of the page.

export const find = (selector, from = document) => from.querySelector(selector);
export const all = (selector, from = document) => [...from.querySelectorAll(selector)];

export const token = () => find('meta[name="csrf-token"]')?.content ?? "";

export const isTyping = (element) =>
  Boolean(element?.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]"));

export const isShown = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;

const openMenu = (menu) => {
  menu.open = true;
  find("summary", menu).focus();
};

// Does what pressing it would do: a form is sent, a link or a button is clicked.
export const press = (element) => {
  if (element.matches("form")) element.requestSubmit();
  else if (element.matches("details")) openMenu(element);
  else if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) element.focus();
  else element.click();
};

// On a keyboard of another script, or one whose digits ask for Shift, what counts is where the key stands.
export const keyOf = ({ key, code, shiftKey }) => {
  const isForeign = /^Key[A-Z]$/.test(code) && /[^\x00-\x7f]/.test(key);
  const isDigit = /^Digit\d$/.test(code) && !shiftKey && !/^[\d#]$/.test(key); // "#" is a key of ours
  return (isForeign || isDigit ? code.at(-1) : key).toLowerCase();
};

// What stands in a fetched page, without running anything of it.
export const parse = (html) => new DOMParser().parseFromString(html, "text/html");

// The words of an entry of the side bar, without its count.
export const nameOf = (link) =>
  [...link.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent.trim()).join("");
