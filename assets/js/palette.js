// Ctrl K: find a site, a person, a pitch, or run a command. Commands stand in the page; what is found comes
// from the server as <li role="option" data-href="...">.

import { all, find, keyOf, nameOf, parse } from "./page.js";

const palette = find("dialog.palette");
const input = palette && find("input", palette);
const list = palette && find("[role=listbox]", palette);
const empty = palette && find(".palette-empty", palette);
let asked = 0;
let timer;

// The commands stand in the page as words, the places to go to in the side bar: both are drawn once.
const made = (tag, text = "", values = {}) => Object.assign(document.createElement(tag), { textContent: text }, values);
const drawn = (option, drawing, text, key) => {
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.command = "";
  option.replaceChildren(...(drawing ? [drawing] : []), made("span", text, { className: "cut" }), ...(key ? [made("kbd", key)] : []));
  return option;
};
const drawingOf = (name) => {
  const drawing = find(".sidebar .icon")?.cloneNode(true);
  const use = drawing && find("use", drawing);
  use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
  return drawing;
};
const place = (link) => {
  const option = made("li");
  option.dataset.href = link.getAttribute("href");
  return drawn(option, find(".icon", link)?.cloneNode(true), `Go to ${nameOf(link)}`, `G ${link.dataset.jump.toUpperCase()}`);
};
if (list) {
  for (const option of all("li", list)) drawn(option, drawingOf(option.dataset.icon), option.textContent, option.dataset.commandKey?.toUpperCase());
  const last = list.lastElementChild;
  for (const link of all(".sidebar > [data-jump]")) list.insertBefore(place(link), last);
}

const options = () => all("[role=option]", list).filter((option) => !option.hidden);
const chosen = () => find("[aria-selected=true]", list);

const choose = (option) => {
  chosen()?.setAttribute("aria-selected", "false");
  if (option) {
    option.id ||= `option-${Math.random().toString(36).slice(2, 8)}`;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
  }
  input.setAttribute("aria-activedescendant", option?.id ?? "");
};

const go = (option) => {
  if (!option) return;
  palette.close();
  if (option.dataset.press) find(option.dataset.press)?.click();
  else location.assign(option.dataset.href ?? find("a", option)?.href);
};

const settle = () => {
  choose(options()[0]);
  empty.hidden = options().length > 0;
};

const filter = (words) => {
  for (const option of all("[data-command]", list))
    option.hidden = !words.every((word) => option.textContent.toLowerCase().includes(word));
};

const show = (found) => {
  all("[role=option]:not([data-command])", list).forEach((option) => option.remove());
  list.prepend(...found);
  settle();
};

const ask = async (text) => {
  const mine = ++asked;
  let found = [];
  try {
    const answer = await fetch(`${palette.dataset.url}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
    if (answer.ok) found = all("[role=option]", parse(await answer.text()));
  } catch {
    // No answer: the commands stay.
  }
  if (mine === asked) show(found);
};

const typed = () => {
  const text = input.value.trim().toLowerCase();
  filter(text.split(/\s+/));
  settle();
  clearTimeout(timer);
  if (palette.dataset.url && text.length > 1) timer = setTimeout(ask, 120, text);
  else show([]);
};

const open = () => {
  if (palette.open) return palette.close();
  find("dialog[open]")?.close();
  input.value = "";
  typed();
  palette.showModal();
};

if (palette) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && keyOf(event) === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open-palette]")) open();
  });
  input.addEventListener("input", typed);
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(all[(at + step + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(chosen());
    }
  });
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
}
