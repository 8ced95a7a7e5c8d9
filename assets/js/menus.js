// Menus are <details>, so they open without scripts. Here: close them again, arrows, and room to open in.

import { all, find } from "./page.js";

const GAP = 5;

// A menu inside a scrolled box would be cut off; fixed to the window it is not.
const place = (menu) => {
  const list = find(".menu-list", menu);
  const head = menu.getBoundingClientRect();
  Object.assign(list.style, { position: "fixed", right: "auto", bottom: "auto" });
  const { width, height } = list.getBoundingClientRect();
  const below = head.bottom + GAP;
  const fits = below + height <= innerHeight || head.top - GAP - height < 0;
  list.style.top = `${fits ? below : head.top - GAP - height}px`;
  list.style.left = `${Math.max(8, Math.min(head.right - width, innerWidth - width - 8))}px`;
};

export const closeMenus = (except) =>
  all("details.menu[open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });

document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("details.menu") || !event.target.open) return;
  closeMenus(event.target);
  place(event.target);
}, true);

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details.menu")));
addEventListener("resize", () => closeMenus());
addEventListener("scroll", () => closeMenus(), { passive: true, capture: true });

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  const choices = all(".menu-list :is(a, button)", menu);
  const at = choices.indexOf(document.activeElement);
  if (event.key === "Escape") {
    event.stopPropagation();
    menu.open = false;
    find("summary", menu).focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    choices[(at + step + choices.length) % choices.length]?.focus();
  }
});
