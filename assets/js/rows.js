// J and K walk through the rows of a list or a table; Enter opens the selected one.

import { all, find, isShown } from "./page.js";

const ROW = ".item, .table tr[data-href]";
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
  else find(LINK, row)?.click();
  return true;
};

// Where the focus goes, the selection goes along.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(`main :is(${ROW})`);
  if (row) mark(row);
});

// A press on the empty part of a table row opens it; links, buttons and marked text are left alone.
document.addEventListener("click", (event) => {
  const row = event.target.closest(".table tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, select, summary, textarea")) return;
  if (!getSelection().isCollapsed) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
});

// The first row is selected from the start where there is a keyboard to use it.
const start = () => {
  if (matchMedia("(min-width: 821px)").matches && !selectedRow()) rows()[0]?.classList.add("is-selected");
};
start();
document.addEventListener("htmx:after:swap", start);
