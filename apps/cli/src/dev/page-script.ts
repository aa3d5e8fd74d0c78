/**
 * What `dev` adds to the game's page: shows errors of the source over the game, and takes new code. The page may take a
 * new shared half without a reload by answering the event `realmwright:shared` (its detail is the module's URL) with
 * `preventDefault()`; otherwise the page is loaded anew, and the client comes back into its seat.
 */
export const pageScript = `
const overlay = document.createElement("div");
overlay.id = "realmwright-overlay";
overlay.setAttribute("role", "alert");
overlay.style.cssText = "position:fixed;inset:auto 0 0 0;max-height:60%;overflow:auto;z-index:2147483647;display:none;" +
  "background:#1b1014f2;color:#ffe9e4;border-top:3px solid #ff6a4d;padding:16px 20px;font:13px/1.5 ui-monospace,monospace";
const title = document.createElement("strong");
const place = document.createElement("div");
place.style.cssText = "color:#ffb4a2;margin:4px 0 8px";
const frame = document.createElement("pre");
frame.style.cssText = "margin:0;overflow-x:auto";
const close = document.createElement("button");
close.type = "button";
close.textContent = "×";
close.setAttribute("aria-label", "Hide until the next error");
close.style.cssText = "float:right;border:0;background:none;color:inherit;font-size:24px;line-height:1;padding:0 4px;cursor:pointer";
overlay.append(close, title, place, frame);
const attach = () => document.body.append(overlay);
if (document.body) attach(); else addEventListener("DOMContentLoaded", attach);

const show = (error) => {
  // textContent: what stands in a source is text, never markup.
  title.textContent = error.message;
  const rest = error.isOfRun
    ? "its room has ended; save what mends it, and everybody comes back"
    : "the last good version keeps running";
  place.textContent = (error.place ? error.place + " " : "") + "(" + rest + ")";
  frame.textContent = error.frame ?? "";
  overlay.style.display = "block";
};
const hide = () => { overlay.style.display = "none"; };

close.addEventListener("click", hide);

const events = new EventSource("/dev/events");
events.addEventListener("fault", (event) => show(JSON.parse(event.data)));
events.addEventListener("ready", (event) => {
  hide();
  dispatchEvent(new CustomEvent("realmwright:reloaded", { detail: JSON.parse(event.data) }));
});
events.addEventListener("shared", (event) => {
  const { url } = JSON.parse(event.data);
  const taken = !dispatchEvent(new CustomEvent("realmwright:shared", { detail: url, cancelable: true }));
  if (!taken) location.reload();
});
events.addEventListener("page", () => location.reload());
`;
