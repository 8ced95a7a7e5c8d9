// What was just done. A toast stays eight seconds, and as long as it is focused or pointed at.

import { all, find } from "./page.js";

const STAYS = 8000;
const region = find("#toasts");

const isHeld = (toast) => toast.matches(":hover, :focus-within");

const watchOver = (toast) => {
  if (toast.dataset.watched) return;
  toast.dataset.watched = "yes";
  const leave = () => (isHeld(toast) ? setTimeout(leave, 1500) : toast.remove());
  setTimeout(leave, STAYS);
};

// Put in again after the page is read, so that it is also spoken.
export const adopt = (toasts) => {
  for (const toast of toasts) {
    region?.append(toast);
    watchOver(toast);
  }
};

// One that this page says by itself; the same words stand there once.
export const say = (text) => {
  all(".toast", region ?? document).find((toast) => toast.textContent === text)?.remove();
  const toast = document.createElement("div");
  toast.className = "toast is-bad";
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  adopt([toast]);
};

if (region) {
  requestAnimationFrame(() => adopt(all(".toast", region)));
  document.addEventListener("htmx:after:swap", () => all(".toast", region).forEach(watchOver));
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
  });
}
