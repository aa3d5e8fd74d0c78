/**
 * What `dev` adds to the game's page, before all else in it: shows errors of the source and of the page over the game, and
 * takes new code. The page may take a new shared half without a reload by answering the event `realmwright:shared` (its
 * detail is the module's URL) with `preventDefault()`; otherwise the page is loaded anew, and the client comes back into
 * its seat.
 */
export const pageScript = `(() => {
const overlay = document.createElement("div");
overlay.id = "realmwright-overlay";
overlay.setAttribute("role", "alert");
overlay.style.cssText = "position:fixed;inset:auto 0 0 0;max-height:60%;overflow:auto;z-index:2147483647;display:none;" +
  "background:#1b1014f2;color:#ffe9e4;border-top:3px solid #ff6a4d;padding:16px 20px;font:13px/1.5 ui-monospace,monospace;text-align:left";
const title = document.createElement("strong");
const place = document.createElement("div");
place.style.cssText = "color:#ffb4a2;margin:4px 0 8px";
const frame = document.createElement("pre");
frame.style.cssText = "margin:0;padding:0;overflow-x:auto;background:none;color:inherit;font:inherit";
const close = document.createElement("button");
close.type = "button";
close.textContent = "×";
close.setAttribute("aria-label", "Hide until the next error");
close.style.cssText = "float:right;border:0;background:none;color:inherit;font-size:24px;line-height:1;padding:0 4px;cursor:pointer";
overlay.append(close, title, place, frame);

/** Counts what has been shown and hidden, so that an answer that comes late replaces nothing. */
let turn = 0;
let isOfServer = false;
/** Errors of the page since the newest source: one that comes with each frame is shown once. */
const known = new Set();
const show = (error, rest) => {
  turn++;
  // textContent: what stands in a source is text, never markup.
  title.textContent = error.message;
  place.textContent = (error.place ? error.place + " " : "") + "(" + rest + ")";
  frame.textContent = error.frame ?? "";
  overlay.style.display = "block";
  // Beside the body: a game may replace all that is in it, above all when its room has ended.
  if (!overlay.isConnected) document.documentElement.append(overlay);
};
const hide = () => {
  turn++;
  overlay.style.display = "none";
};

close.addEventListener("click", hide);

const events = new EventSource("/dev/events");
events.addEventListener("fault", (event) => {
  const error = JSON.parse(event.data);
  isOfServer = true;
  show(error, error.isOfScript
    ? "all else goes on; save what mends it"
    : error.isOfRun
    ? "its room has ended; save what mends it, and everybody comes back"
    : "the last good version keeps running");
});
events.addEventListener("ready", (event) => {
  hide();
  isOfServer = false;
  known.clear();
  dispatchEvent(new CustomEvent("realmwright:reloaded", { detail: JSON.parse(event.data) }));
});
events.addEventListener("shared", (event) => {
  const { url } = JSON.parse(event.data);
  const taken = !dispatchEvent(new CustomEvent("realmwright:shared", { detail: url, cancelable: true }));
  if (!taken) location.reload();
});
events.addEventListener("page", () => location.reload());

/** Built places of a stack, innermost first, as "/main.js:12:5". */
const placesOf = (stack) => [...stack.matchAll(/(https?:\\/\\/[^\\s()]+?):(\\d+):(\\d+)/g)]
  .map(([, url, line, column]) => ({ url: new URL(url), line, column }))
  .filter(({ url, line }) => url.origin === location.origin && line !== "0")
  .map(({ url, line, column }) => url.pathname.replace(/\\/$/, "/index.html") + ":" + line + ":" + column);
const failed = async (thrown, at) => {
  const message = thrown instanceof Error ? String(thrown) : "Thrown: " + String(thrown);
  // The first of several, and what the server says, is nearer to the cause.
  if (isOfServer || known.has(message) || overlay.style.display === "block") return;
  known.add(message);
  const places = placesOf(thrown instanceof Error ? thrown.stack ?? "" : "");
  if (places.length === 0 && at !== undefined) places.push(...placesOf(at));
  const rest = "in this page; save what mends it";
  show({ message, place: places[0]?.slice(1) }, rest);
  const shown = turn;
  const query = new URLSearchParams(places.slice(0, 20).map((built) => ["at", built]));
  const answer = places.length === 0 ? undefined : await fetch("/dev/place?" + query).catch(() => undefined);
  const source = answer?.ok ? await answer.json() : undefined;
  if (source?.place && shown === turn) show({ message, ...source }, rest);
};
addEventListener("error", (event) => {
  // Without an error it is a notice of the browser's own, or of a foreign page.
  if (event.error !== null && event.error !== undefined) {
    void failed(event.error, event.filename + ":" + event.lineno + ":" + event.colno);
  }
});
addEventListener("unhandledrejection", (event) => void failed(event.reason));
})();
`;
