// A form whose file is large shows how much of it is sent; without scripts the browser shows that itself.

import { all, find } from "./page.js";

const BIG = 2 ** 20;

const fileOf = (form) => all("input[type=file]", form).find((field) => field.files.length)?.files[0];

for (const place of all("[data-upload]")) {
  const form = find(place.dataset.upload);
  const bar = find("progress", place);
  form?.addEventListener("submit", (event) => {
    const size = fileOf(form)?.size ?? 0;
    if (event.defaultPrevented || size <= BIG) return;
    event.preventDefault();
    place.hidden = false;
    if (size > place.dataset.most * BIG) return void (place.textContent = `This file is larger than ${place.dataset.most} MB. Nothing was sent. ${place.dataset.instead}`);
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded, total }) => (bar.value = (100 * loaded) / total);
    request.onload = () => show(request);
    request.onerror = () => form.submit();
    request.open("POST", form.action);
    request.send(new FormData(form, event.submitter));
  });
}

// The answer is a page: it stands where the form stood, under its own address.
const show = (request) => {
  history.replaceState(null, "", request.responseURL);
  document.open();
  document.write(request.responseText);
  document.close();
};
