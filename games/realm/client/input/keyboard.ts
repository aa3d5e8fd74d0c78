import { isTyping } from "../hud/page.ts";

const steps: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  KeyW: [0, -1],
  ArrowUp: [0, -1],
  KeyS: [0, 1],
  ArrowDown: [0, 1],
  KeyA: [-1, 0],
  ArrowLeft: [-1, 0],
  KeyD: [1, 0],
  ArrowRight: [1, 0],
};

/** Keys by their place on the keyboard, so that the letters of other layouts do not matter. */
export class Keyboard {
  readonly #down = new Set<string>();
  readonly #onKey: (code: string) => boolean;

  /** @param onKey a key went down; answers whether it meant something. */
  constructor(onKey: (code: string) => boolean) {
    this.#onKey = onKey;
    window.addEventListener("keydown", (event) => this.#pressed(event));
    window.addEventListener("keyup", (event) => this.#down.delete(event.code));
    // Keys that are let go elsewhere are never heard of.
    window.addEventListener("blur", () => this.#down.clear());
  }

  isDown(code: string): boolean {
    return this.#down.has(code);
  }

  /** Where the keys lead; at most 1 long. */
  get direction(): { readonly dx: number; readonly dy: number } {
    let dx = 0;
    let dy = 0;
    for (const code of this.#down) {
      const step = steps[code];
      if (step === undefined) continue;
      dx += step[0];
      dy += step[1];
    }
    dx = Math.sign(dx);
    dy = Math.sign(dy);
    const shrink = dx !== 0 && dy !== 0 ? Math.SQRT1_2 : 1;
    return { dx: dx * shrink, dy: dy * shrink };
  }

  /** Forgets what is held, for example when letters are typed from here on. */
  release(): void {
    this.#down.clear();
  }

  #pressed(event: KeyboardEvent): void {
    if (isTyping() || event.ctrlKey || event.metaKey || event.altKey) return;
    const isStep = steps[event.code] !== undefined;
    if (isStep) this.#down.add(event.code);
    if (event.repeat) {
      if (isStep) event.preventDefault();
      return;
    }
    this.#down.add(event.code);
    if (this.#onKey(event.code) || isStep) event.preventDefault();
  }
}
