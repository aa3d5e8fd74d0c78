import { element, make } from "./page.ts";

const keys: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["W", "A", "S", "D"], "walk (or the arrows)"],
  [["Click", "Space"], "strike"],
  [["Right click", "F"], "shoot"],
  [["1", "2", "3", "4", "5"], "fireball, heal, haste, shield, frost"],
  [["E"], "talk to someone near"],
  [["Enter"], "chat"],
  [["Z", "X"], "wave, cheer"],
  [["Tab"], "heroes of this place"],
  [["M"], "sound"],
  [["F3"], "network: measure it, and make it worse"],
  [["H"], "this card"],
];

const touches: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["Left thumb"], "drag anywhere to walk"],
  [["Tap"], "walk there, or talk to someone"],
  [["Sword"], "strike; hold to go on"],
  [["Bow"], "shoot"],
  [["Others"], "spells; what is dark costs too much mana"],
  [["Bubble"], "chat"],
  [["≈"], "network: measure it, and make it worse"],
];

/** How to play. Shown by itself the first time. */
export class HelpCard {
  readonly #card = element("help", HTMLElement);
  readonly #button = element("help-button", HTMLButtonElement);

  constructor() {
    this.#button.addEventListener("click", () => this.show(!this.isShown));
    element("help-close", HTMLButtonElement).addEventListener("click", () => this.show(false));
  }

  get isShown(): boolean {
    return !this.#card.hidden;
  }

  show(isShown: boolean): void {
    this.#card.hidden = !isShown;
    this.#button.setAttribute("aria-expanded", String(isShown));
  }

  /** Lists what fits the machine: keys, or touches. */
  fill(isTouch: boolean): void {
    const entries = (isTouch ? touches : keys).flatMap(([names, what]) => {
      const term = make("dt");
      for (const name of names) term.append(make("kbd", "", name));
      return [term, make("dd", "", what)];
    });
    element("help-keys", HTMLElement).replaceChildren(...entries);
  }
}
