// J and K walk through the rows of a list or a table; Enter opens the selected one.

import { all, find, isShown } from "./page.js";

const ROW = ".item, .board-card, .table tr[data-href], .table.is-slim tbody tr";
const LINK = "[data-open], .item-title a, th a, a[href]";

export const rows = () => all(ROW, find("main") ?? document).filter(isShown);
export const selectedRow = () => find(`main :is(${ROW}).is-selected`);

const mark = (row) => {
  all(`main :is(${ROW}).is-selected`).forEach((other) => other.classList.remove("is-selected"));
  row?.classList.add("is-selected");
};

export const walk = (step) => {
  const list = rows();
  if (!list.length) return false;
  const at = list.indexOf(selectedRow());
  const row = list[Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + step))];
  mark(row);
  find(LINK, row)?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
};

export const open = () => {
  const row = selectedRow();
  if (!row) return false;
  if (row.dataset.href) location.assign(row.dataset.href);
  else find(row.matches("tr") ? "th a" : LINK, row)?.click();
  return true;
};

// Where the focus goes, the selection goes along.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(`main :is(${ROW})`);
  if (row) mark(row);
});

// A press on the empty part of a table row opens it; links, buttons and marked text are left alone.
document.addEventListener("click", (event) => {
  const row = event.target.closest(".table tr[data-href], .table.is-slim tbody tr");
  if (!row || event.target.closest("a, button, input, label, select, summary, textarea")) return;
  if (!getSelection().isCollapsed) return;
  const href = row.dataset.href || find("th a", row)?.href;
  if (!href) return;
  if (event.ctrlKey || event.metaKey) window.open(href, "_blank", "noopener");
  else location.assign(href);
});

// A long list says only once, in the heads of its columns, what a phone shows in each cell.
const tell = () => {
  for (const table of all(".table.is-slim")) {
    const heads = all("thead th", table);
    for (const row of all("tbody tr", table))
      [...row.cells].forEach((cell, at) => {
        if (cell.colSpan > 1) return;
        if (heads[at].className) cell.classList.add(...heads[at].classList);
        else if (cell.tagName === "TD" && cell.textContent.trim()) cell.dataset.label = heads[at].textContent.trim();
      });
  }
};
tell();
document.addEventListener("htmx:after:swap", tell);

// The exact moment, where a list of many writes only how long ago it was.
document.addEventListener("mouseover", (event) => {
  if (event.target.matches("time:not([title])")) event.target.title = new Date(event.target.dateTime).toLocaleString();
});

// X ticks the selected row; with Shift, or by a press with Shift, all from the one ticked before.
let ticked = null;
const BOX = "input[type=checkbox][name=row]";
const boxes = () => all(BOX, find("main") ?? document).filter(isShown);
const range = (box) => {
  const list = boxes();
  const [from, to] = [list.indexOf(ticked), list.indexOf(box)].sort((a, b) => a - b);
  if (from >= 0) list.slice(from, to + 1).forEach((one) => (one.checked = box.checked));
};
document.addEventListener("click", (event) => {
  if (!event.target.matches?.(BOX)) return;
  if (event.shiftKey && ticked) range(event.target);
  ticked = event.target;
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
});

export const tick = (isRange) => {
  const box = find(BOX, selectedRow() ?? document.createElement("i"));
  if (!box) return false;
  box.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: isRange }));
  return true;
};

// The first row is selected from the start where there is a keyboard to use it.
const start = () => {
  if (matchMedia("(min-width: 821px)").matches && !selectedRow()) rows()[0]?.classList.add("is-selected");
};
start();
document.addEventListener("htmx:after:swap", start);
