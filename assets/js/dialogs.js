// Native dialogs: data-dialog names the one to open (on a link, whose page has the same form, it works without
// scripts, too); a press beside it or on data-close closes it.

import { find } from "./page.js";

export const showDialog = (id) => {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return false;
  dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("sheet:open", { bubbles: true }));
  return true;
};

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener && showDialog(opener.dataset.dialog)) event.preventDefault();
  const dialog = event.target.closest("dialog");
  if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
});

// A dialog that the server sent open (its form had an error) becomes a real one, with a veil.
for (const dialog of document.querySelectorAll("dialog[data-open-now]")) {
  dialog.removeAttribute("open");
  dialog.showModal();
  find("[aria-invalid=true]", dialog)?.focus();
}
