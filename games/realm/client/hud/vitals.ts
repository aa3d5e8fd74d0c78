import type { Art } from "../data/art.ts";
import { element } from "./page.ts";

export interface VitalNumbers {
  readonly hp: number;
  readonly hpMax: number;
  readonly mana: number;
  readonly manaMax: number;
  readonly experience: number;
  readonly experienceToNext: number;
  readonly level: number;
}

/** Below this share of hit points the bar throbs. */
const lowShare = 0.3;

/** Portrait, level and the three bars of one's own hero. */
export class Vitals {
  readonly #health = new Bar("health");
  readonly #mana = new Bar("mana");
  readonly #experience = new Bar("experience");
  readonly #level: HTMLElement = element("level", HTMLElement);

  /** Shows whose numbers these are. */
  introduce(art: Art, name: string, look: string): void {
    element("hero-name", HTMLElement).textContent = name;
    const context = element("portrait", HTMLCanvasElement).getContext("2d");
    if (context !== null) art.portrait(look, 24, context);
  }

  update(now: VitalNumbers): void {
    this.#health.set(now.hp, now.hpMax, now.hp > 0 && now.hp < now.hpMax * lowShare);
    this.#mana.set(now.mana, now.manaMax, false);
    this.#experience.set(now.experience, now.experienceToNext, false);
    const level = String(now.level);
    if (this.#level.textContent !== level) this.#level.textContent = level;
  }
}

class Bar {
  readonly #bar: HTMLElement;
  readonly #fill: HTMLElement;
  readonly #text: HTMLElement;
  #shown = "";

  constructor(id: string) {
    this.#bar = element(id, HTMLElement);
    this.#fill = this.#bar.querySelector("i")!;
    this.#text = this.#bar.querySelector("b")!;
  }

  set(value: number, max: number, isLow: boolean): void {
    const text = max > 0 ? `${Math.round(value)} / ${Math.round(max)}` : "";
    if (text === this.#shown) return;
    this.#shown = text;
    this.#text.textContent = text;
    const share = max > 0 ? Math.min(1, value / max) : 0;
    this.#fill.style.transform = `scaleX(${share.toFixed(3)})`;
    this.#bar.classList.toggle("low", isLow);
  }
}
