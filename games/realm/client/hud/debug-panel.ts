import { element, make } from "./page.ts";

/** How the network is made worse, each way. */
export interface Weather {
  delayMs: number;
  jitterMs: number;
}

/** Measurements, and sliders that make the network worse. */
export class DebugPanel {
  readonly #panel = element("debug", HTMLElement);
  readonly #button = element("debug-button", HTMLButtonElement);
  readonly #list = element("debug-numbers", HTMLElement);
  readonly #values = new Map<string, HTMLElement>();

  /** @param weather changed in place by the sliders. */
  constructor(weather: Weather) {
    this.#button.addEventListener("click", () => this.show(!this.isShown));
    slider("delay", weather.delayMs, (ms) => (weather.delayMs = ms));
    slider("jitter", weather.jitterMs, (ms) => (weather.jitterMs = ms));
  }

  get isShown(): boolean {
    return !this.#panel.hidden;
  }

  show(isShown: boolean): void {
    this.#panel.hidden = !isShown;
    this.#button.setAttribute("aria-expanded", String(isShown));
  }

  update(numbers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(numbers)) {
      let cell = this.#values.get(name);
      if (cell === undefined) {
        cell = make("dd");
        this.#values.set(name, cell);
        this.#list.append(make("dt", "", name), cell);
      }
      if (cell.textContent !== value) cell.textContent = value;
    }
  }
}

function slider(id: string, value: number, set: (ms: number) => void): void {
  const input = element(id, HTMLInputElement);
  const output = element(`${id}-value`, HTMLOutputElement);
  const take = (): void => {
    set(Number(input.value));
    output.textContent = `${input.value} ms`;
  };
  input.value = String(value);
  input.addEventListener("input", take);
  // The arrows walk again at once.
  input.addEventListener("change", () => input.blur());
  take();
}
