// Forms: nothing is sent twice by a double press, long fields grow, the first wrong field is in reach.

import { all, find } from "./page.js";

find(".error-summary")?.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.dataset.again !== undefined) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4000);
});

// Coming back by the back button: the forms may be sent again.
addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

// A select or tick with data-send sends its form when it is changed (a button does it without scripts).
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-send]")) event.target.form?.requestSubmit();
  const everyone = event.target.closest("[data-tick-all]");
  if (everyone) all(everyone.dataset.tickAll).forEach((box) => (box.checked = everyone.checked));
  tally();
});

// How many rows are ticked, and the bar that acts on them.
const tally = () => {
  for (const bar of all("[data-selection]")) {
    const ticked = all(`${bar.dataset.selection}:checked`);
    bar.hidden = ticked.length === 0;
    const words = find("[data-selection-count]", bar);
    if (words) words.textContent = `${ticked.length} ticked`;
    all(bar.dataset.selection).forEach((box) => box.closest("tr")?.classList.toggle("is-ticked", box.checked));
  }
};
tally();

// Copies the text of what data-copy names.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard?.writeText(find(button.dataset.copy).textContent.trim());
  button.setAttribute("aria-label", "Copied");
  button.classList.add("is-done");
});

// On a narrow screen the current stage is scrolled into view, the page itself stays.
for (const stages of all(".stages")) {
  const now = find("[aria-current]", stages);
  if (now) stages.scrollLeft = now.offsetLeft - stages.clientWidth / 2 + now.clientWidth / 2;
}

// Puts the text of data-insert where the cursor stands in what data-into names.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const field = button && find(button.dataset.into);
  if (!field) return;
  event.preventDefault();
  field.focus();
  insert(field, button.dataset.insert, field.selectionStart);
});

const insert = (field, text, from) => {
  field.setRangeText(text, from, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

// ";" and the first letters of a snippet's name, then Tab: the snippet stands there.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Tab" || event.shiftKey || field.tagName !== "TEXTAREA") return;
  const typed = field.value.slice(0, field.selectionStart).match(/;([\p{L}\d-]{1,60})$/u);
  const snippet = typed && all(`[data-snippet][data-into="#${field.id}"]`).find((one) => one.dataset.snippet.startsWith(typed[1].toLowerCase()));
  if (!snippet) return;
  event.preventDefault();
  insert(field, snippet.dataset.insert, field.selectionStart - typed[0].length);
});
