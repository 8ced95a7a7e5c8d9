// The theme switch: what is chosen stays on this device.

import { all } from "./page.js";

const root = document.documentElement;
const isDark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

const tell = () => all("[data-theme-switch]").forEach((button) => button.setAttribute("aria-pressed", String(isDark())));

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  root.dataset.theme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // No storage: it holds for this page.
  }
  tell();
});

tell();
