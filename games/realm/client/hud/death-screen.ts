import { element } from "./page.ts";

/** Covers the world while one lies dead, and counts down. */
export class DeathScreen {
  readonly #screen = element("death", HTMLElement);
  readonly #left = element("death-left", HTMLElement);
  readonly #by = element("death-by", HTMLElement);
  #untilMs = 0;

  get isShown(): boolean {
    return !this.#screen.hidden;
  }

  show(by: string, nowMs: number, forMs: number): void {
    this.#by.textContent = by === "" ? "" : `slain by ${by}`;
    this.#untilMs = nowMs + forMs;
    this.#screen.hidden = false;
    this.update(nowMs);
  }

  hide(): void {
    this.#screen.hidden = true;
  }

  update(nowMs: number): void {
    if (!this.isShown) return;
    const text = `${Math.max(0, Math.ceil((this.#untilMs - nowMs) / 1000))} s`;
    if (this.#left.textContent !== text) this.#left.textContent = text;
  }
}
