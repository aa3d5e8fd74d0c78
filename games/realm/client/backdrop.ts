import type { Art } from "./data/art.ts";
import type { Manifest } from "./data/catalogue.ts";
import { isCalm } from "./hud/page.ts";
import type { Stage } from "./view/stage.ts";
import { ZoneView } from "./view/zone-view.ts";
import type { Zone } from "./zone.ts";

const roundMs = 90_000;

/** The town behind the first screen: nobody in it, the eye drifting slowly. */
export class Backdrop {
  readonly #view: ZoneView;
  readonly #zone: Zone;

  constructor(stage: Stage, art: Art, manifest: Manifest, zone: Zone) {
    this.#view = new ZoneView(stage, art, manifest.layers, zone.map, zone.pictures);
    this.#zone = zone;
  }

  update(nowMs: number, dtMs: number): void {
    const { width, height } = this.#zone.map;
    const turn = isCalm() ? 0 : (nowMs / roundMs) * Math.PI * 2;
    const self = {
      x: width * (0.58 + 0.13 * Math.cos(turn)),
      y: height * (0.43 + 0.12 * Math.sin(turn * 2)),
    };
    this.#view.update({ beings: [], bolts: [], items: [], self, isWatching: true }, nowMs, dtMs);
  }

  destroy(): void {
    this.#view.destroy();
  }
}
