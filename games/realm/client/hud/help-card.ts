import { element, make } from "./page.ts";

type Entries = readonly (readonly [names: readonly string[], what: string])[];

const keys: Entries = [
  [["W", "A", "S", "D"], "walk (or the arrows)"],
  [["Click", "Space"], "strike"],
  [["Right click", "F"], "shoot"],
  [["1", "2", "3", "4", "5"], "cast"],
  [["E"], "talk to someone near"],
  [["Enter"], "chat"],
  [["Z", "X", "C"], "wave, cheer, dance"],
  [["Tab"], "heroes of this place"],
  [["M"], "sound"],
  [["F3"], "network: make it worse"],
];

const touches: Entries = [
  [["Left thumb"], "drag to walk"],
  [["Tap"], "walk there, talk"],
  [["Sword"], "strike, or hold"],
  [["Bow"], "shoot"],
  [["Others"], "cast"],
  [["Bubble"], "chat"],
];

/** Keys that have a say about the card themselves. */
const ownKeys: ReadonlySet<string> = new Set(["KeyH", "Escape"]);

/** How to play: beside the hero, and gone with the next key, click or tap. Shown by itself the first time. */
export class HelpCard {
  readonly #card = element("help", HTMLElement);
  readonly #button = element("help-button", HTMLButtonElement);
  #ended: AbortController | undefined;

  constructor() {
    this.#button.addEventListener("click", () => this.show(!this.isShown));
    // A click and no press: a finger may push up what does not fit.
    this.#card.addEventListener("click", () => this.show(false));
  }

  get isShown(): boolean {
    return !this.#card.hidden;
  }

  show(isShown: boolean): void {
    this.#card.hidden = !isShown;
    this.#button.setAttribute("aria-expanded", String(isShown));
    this.#ended?.abort();
    if (!isShown) return;
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    // Whatever it is, it does what it does besides.
    const options = { signal, capture: true };
    window.addEventListener("pointerdown", ({ target }) => this.#leave(target), options);
    window.addEventListener(
      "keydown",
      ({ code, repeat }) => {
        if (!repeat && !ownKeys.has(code)) this.show(false);
      },
      options,
    );
  }

  #leave(target: EventTarget | null): void {
    const isOwn = [this.#card, this.#button].some((part) => part.contains(target as Node | null));
    if (!isOwn) this.show(false);
  }

  /** Lists what fits the machine: keys, or touches. */
  fill(isTouch: boolean): void {
    const entries = (isTouch ? touches : keys).flatMap(([names, what]) => {
      const term = make("dt");
      for (const name of names) term.append(make("kbd", "", name));
      return [term, make("dd", "", what)];
    });
    element("help-keys", HTMLElement).replaceChildren(...entries);
    element("help-end", HTMLElement).textContent = isTouch
      ? "Tap anywhere to go on. ? shows this again."
      : "Any key or click goes on. H shows this again.";
  }
}
