// htmx, told to inject no style, to keep out of the history, and to send the form token with what it posts.

import "htmx.org/dist/htmx.esm.js";
import { all, find, token } from "./page.js";
import { say } from "./toasts.js";

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (request.method !== "GET") request.headers["X-CSRFToken"] = token();
});

const WORDS = {
  403: "Your role does not allow this.",
  404: "This is no longer here. Reload the page to see how it stands.",
  429: "Too many requests. Wait a little.",
};

// A whole page never lands inside a part of one: an error is told in a toast, and a redirect (the session
// has ended) reloads what one was looking at.
document.addEventListener("htmx:before:response", (event) => {
  const { raw, status } = event.detail.ctx.response;
  if (raw.redirected) {
    event.preventDefault();
    location.reload();
  } else if (WORDS[status] || status >= 500) {
    event.preventDefault();
    say(WORDS[status] ?? "The server could not do this. What you typed is still here; try again.");
  }
});

document.addEventListener("htmx:error", () => say("The server did not answer. What you typed is still here."));

// Who acts by keyboard goes on where they were: at what answers to the same key in the part that came.
let held = "";
document.addEventListener("htmx:before:swap", () => {
  const at = document.activeElement;
  held = (at?.closest("details.menu") ?? at)?.dataset?.key ?? "";
});
document.addEventListener("htmx:after:swap", () => {
  if (!held || document.activeElement !== document.body) return;
  const there = find(`[data-key="${CSS.escape(held)}"]`);
  (there?.matches("details") ? find("summary", there) : there)?.focus({ preventScroll: true });
});

// What one unfolded stays unfolded when the same part comes anew: a preview comes with each word that is typed.
// Kept at the click itself, for the part may be replaced before its own event of it arrives.
const unfolded = new Set();
document.addEventListener("click", (event) => {
  const part = event.target.closest?.("summary")?.closest("details[data-stays]");
  if (part) unfolded[part.open ? "delete" : "add"](part.dataset.stays);
});
document.addEventListener("htmx:after:swap", () => {
  for (const part of all("details[data-stays]")) part.open = unfolded.has(part.dataset.stays);
});
