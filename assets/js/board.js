// The board: cards are dragged between columns (SortableJS). The same move is in each card's menu, for keys.
//   .board-list[data-column]  ·  .board-card[data-pitch][data-version][data-move-url]
// A drop posts column and version. The answer is the board as it is now; 409 brings a fragment that says
// what a colleague changed in between.

import Sortable from "sortablejs";
import { all, find, parse, token } from "./page.js";
import { adopt } from "./toasts.js";

const columns = () => all(".board-list[data-column]");
const sameColumn = (column, from) => find(`.board-list[data-column="${CSS.escape(column.dataset.column)}"]`, from);

// Takes cards, counts and toasts of a freshly read board into this one.
const take = (fresh) => {
  for (const column of columns()) {
    const now = sameColumn(column, fresh);
    if (!now) continue;
    column.replaceChildren(...now.childNodes);
    const count = find("[data-count]", column.closest(".board-column"));
    const newCount = find("[data-count]", now.closest(".board-column"));
    if (count && newCount) count.replaceWith(newCount);
  }
  const stamp = find(".board", fresh)?.dataset.stamp;
  if (stamp !== undefined) find(".board").dataset.stamp = stamp;
  watchEnds();
  adopt(all("#toasts .toast", fresh));
};

// The rest of a column comes as one looks down it; the link to the table is there without scripts, too.
const lookDown = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (!isIntersecting) continue;
    lookDown.unobserve(target);
    more(target);
  }
});
const watchEnds = (from = document) => all(".board-more[data-more]", from).forEach((end) => lookDown.observe(end));

const more = async (end) => {
  const answer = await fetch(end.dataset.more).catch(() => null);
  if (!answer?.ok || answer.redirected || !end.isConnected) return;
  const column = end.closest(".board-list");
  end.replaceWith(...parse(await answer.text()).body.childNodes);
  watchEnds(column);
};

const reload = async () => {
  const answer = await fetch(location.href);
  if (answer.ok) take(parse(await answer.text()));
};

const tell = (html, words) => {
  const dialog = find("#board-said");
  const body = find(".dialog-body", dialog);
  const part = html ? parse(html).body : null;
  if (part?.textContent.trim() && !find(".shell", part)) body.replaceChildren(...part.childNodes);
  else body.textContent = words;
  dialog.showModal();
};

const WORDS = {
  403: "You may look at this board, but not move its cards.",
  404: "This pitch is no longer here. A colleague may have closed it.",
  409: "A colleague has moved this card in the meantime. The board now shows where it is.",
  422: "This step is not allowed from where the pitch stands.",
};

const send = async (card, column) => {
  const body = new URLSearchParams({ column, version: card.dataset.version, csrf_token: token() });
  const url = card.dataset.moveUrl ?? card.closest("[data-move-url]").dataset.moveUrl;
  return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" } });
};

const dropped = async ({ item, from, to, oldDraggableIndex }) => {
  if (from === to) return;
  item.setAttribute("aria-busy", "true");
  try {
    const answer = await send(item, to.dataset.column);
    const html = await answer.text();
    // A move that asks for more (an agreement) answers with the page that asks.
    const page = parse(html);
    if (answer.ok && find(".board", page)) return take(page);
    if (answer.ok && answer.redirected) return location.assign(answer.url);
    if (!answer.ok) tell(html, WORDS[answer.status] ?? "The card could not be moved. It stands where it was; try again.");
    await reload();
  } catch {
    from.insertBefore(item, all(".board-card", from)[oldDraggableIndex] ?? null);
    tell("", "The server did not answer. The card stands where it was; try again.");
  } finally {
    item.removeAttribute("aria-busy");
  }
};

for (const column of columns())
  Sortable.create(column, {
    group: "board",
    draggable: ".board-card[data-pitch]",
    filter: ".menu, input",
    preventOnFilter: false,
    animation: 120,
    delay: 180,
    delayOnTouchOnly: true,
    touchStartThreshold: 5,
    sort: false,
    ghostClass: "is-ghost",
    dragClass: "is-dragged",
    onStart: () => find(".board")?.classList.add("is-dragging"),
    onEnd: (event) => {
      find(".board")?.classList.remove("is-dragging");
      dropped(event);
    },
  });

// After a drag the press on the card's link is not meant as a press.
document.addEventListener("click", (event) => {
  if (find(".board.is-dragging") && event.target.closest(".board-card a")) event.preventDefault();
}, true);

// What a colleague moved appears by itself; never under a hand that drags, types in a menu, or reads a dialog.
const isBusy = () => document.hidden || find(".board.is-dragging, .board [aria-busy=true], .board [name=row]:checked, .board details[open], dialog[open]");

const ask = async () => {
  const board = find(".board[data-stamp-url]");
  if (!board || isBusy()) return;
  const answer = await fetch(board.dataset.stampUrl).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const stamp = await answer.text();
  if (stamp !== board.dataset.stamp && !isBusy()) await reload();
};

watchEnds();
setInterval(ask, 5_000);
document.addEventListener("visibilitychange", () => document.hidden || ask());
