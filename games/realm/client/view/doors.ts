import { BitmapText, type Container, Sprite } from "pixi.js";
import type { Art } from "../data/art.ts";
import type { MapData } from "../data/map-data.ts";
import type { Stage } from "./stage.ts";

/** From so far away doors say where they lead, in tiles. */
const readTiles = 9;

interface Door {
  readonly x: number;
  readonly y: number;
  readonly glow: Sprite;
  readonly label: BitmapText;
}

/** Where the ways out are: a light on the ground, and the name of what lies beyond. */
export class Doors {
  readonly #doors: readonly Door[];
  readonly #tilePx: number;

  constructor(map: MapData, art: Art, low: Container, overlay: Container, stage: Stage) {
    this.#tilePx = map.tilePx;
    this.#doors = map.things
      .filter(({ kind }) => kind === "door")
      .map(({ x, y, width, height, properties }) => {
        const glow = new Sprite(art.picture("effects", "glow"));
        glow.blendMode = "add";
        glow.tint = 0xffe9a8;
        glow.position.set((x + width / 2) * map.tilePx, (y + height / 2) * map.tilePx);
        glow.width = (width + 2.5) * map.tilePx;
        glow.height = (height + 2.5) * map.tilePx;
        low.addChild(glow);
        const to = properties.get("to");
        const label = new BitmapText({
          text: typeof to === "string" ? `To the ${to}` : "",
          style: stage.letters.outlined(15, stage.unit),
        });
        label.tint = 0xffe9a8;
        label.anchor.set(0.5);
        overlay.addChild(label);
        return { x: x + width / 2, y: y + height / 2, glow, label };
      });
  }

  update(self: { readonly x: number; readonly y: number }, stage: Stage, timeMs: number): void {
    const unit = this.#tilePx * stage.scale;
    for (const { x, y, glow, label } of this.#doors) {
      glow.alpha = 0.32 + 0.1 * Math.sin(timeMs / 420);
      const far = Math.hypot(x - self.x, y - self.y);
      label.alpha = Math.max(0, Math.min(1, (readTiles - far) / 2));
      label.visible = label.alpha > 0;
      const half = label.width / 2 + 6 * stage.unit;
      // A door at the map's edge: its name stays on the screen.
      const left = half - stage.overlay.x;
      const right = stage.width - half - stage.overlay.x;
      const at = Math.min(right, Math.max(left, x * unit));
      label.position.set(Math.round(at), Math.round((y - 2.1) * unit));
    }
  }

  destroy(): void {
    for (const { glow, label } of this.#doors) {
      glow.destroy();
      label.destroy();
    }
  }
}
