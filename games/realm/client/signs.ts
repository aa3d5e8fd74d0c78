import type { MapData, MapThing } from "./data/map-data.ts";
import type { ZoneView } from "./view/zone-view.ts";

const readTiles = 1.9;
const againMs = 9000;

/** What is written on the map's signs is read by coming near, and doors say where they lead. */
export class Signs {
  readonly #view: ZoneView;
  readonly #signs: readonly MapThing[];
  readonly #readMs = new Map<MapThing, number>();

  constructor(map: MapData, view: ZoneView) {
    this.#view = view;
    this.#signs = map.things.filter(({ kind }) => kind === "sign");
  }

  update(x: number, y: number, nowMs: number): void {
    this.#signs.forEach((sign, index) => {
      const middle = { x: sign.x + 0.5, y: sign.y };
      if (Math.hypot(middle.x - x, sign.y + 0.5 - y) > readTiles) return;
      if (nowMs < (this.#readMs.get(sign) ?? 0)) return;
      this.#readMs.set(sign, nowMs + againMs);
      const text = sign.properties.get("text");
      // Beings have positive numbers.
      if (typeof text === "string") this.#view.post(-1 - index, text, middle);
    });
  }

  destroy(): void {
    this.#readMs.clear();
  }
}
