// htmx, told to inject no style, to keep out of the history, and to send the form token with what it posts.

import "htmx.org/dist/htmx.esm.js";
import { token } from "./page.js";

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (request.method !== "GET") request.headers["X-CSRFToken"] = token();
});
