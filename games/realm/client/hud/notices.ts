import { element, make } from "./page.ts";

const feedMax = 6;
const feedMs = 6000;
const fadeMs = 600;
const toastMs = 2600;
const hintMs = 1600;

/** What the game says in passing: feed, names of places, hints, and how the connection is. */
export class Notices {
  readonly #feed = element("feed", HTMLElement);
  readonly #toast = element("toast", HTMLElement);
  readonly #hint = element("hint", HTMLElement);
  readonly #banner = element("banner", HTMLElement);
  #toastTimer = 0;
  #hintTimer = 0;
  #bannerTimer = 0;

  /** A line in the list of what happened. */
  feed(text: string, isOwn = false): void {
    const line = make("li", isOwn ? "own" : "", text);
    this.#feed.append(line);
    while (this.#feed.childElementCount > feedMax) this.#feed.firstElementChild?.remove();
    setTimeout(() => line.classList.add("going"), feedMs);
    setTimeout(() => line.remove(), feedMs + fadeMs);
  }

  /** Large letters across the screen: the name of a place. */
  toast(text: string): void {
    this.#toast.textContent = text;
    this.#toast.classList.add("on");
    window.clearTimeout(this.#toastTimer);
    this.#toastTimer = window.setTimeout(() => this.#toast.classList.remove("on"), toastMs);
  }

  /** A short line over the skills: why something did not work. */
  hint(text: string): void {
    this.#hint.textContent = text;
    this.#hint.classList.add("on");
    window.clearTimeout(this.#hintTimer);
    this.#hintTimer = window.setTimeout(() => this.#hint.classList.remove("on"), hintMs);
  }

  /** A bar at the top. It stays until another takes its place, or for so long. */
  banner(text: string, isGood: boolean, forMs = 0): void {
    window.clearTimeout(this.#bannerTimer);
    this.#banner.textContent = text;
    this.#banner.hidden = text === "";
    this.#banner.classList.toggle("good", isGood);
    if (forMs > 0) {
      this.#bannerTimer = window.setTimeout(() => {
        this.#banner.hidden = true;
      }, forMs);
    }
  }
}
