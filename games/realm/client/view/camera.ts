import type { Stage } from "./stage.ts";

/** Share of the way to the target that is left after one second of following. */
const leftAfterSecond = 0.0006;
/** Farther than this, in tiles, the camera jumps. */
const jumpTiles = 10;

/** Looks at one place of a map, follows it softly, and never shows what lies beyond the map's edge. */
export class Camera {
  /** The middle of the screen, in pixels of the art. */
  x = 0;
  y = 0;
  /** What can be seen, in pixels of the art. */
  readonly view: { left: number; top: number; right: number; bottom: number } = {
    left: 0,
    top: 0,
    right: 0,
    bottom: 0,
  };
  readonly #tilePx: number;
  readonly #widthPx: number;
  readonly #heightPx: number;
  #shakePx = 0;
  #isPlaced = false;

  constructor(widthTiles: number, heightTiles: number, tilePx: number) {
    this.#tilePx = tilePx;
    this.#widthPx = widthTiles * tilePx;
    this.#heightPx = heightTiles * tilePx;
  }

  shake(px: number): void {
    this.#shakePx = Math.max(this.#shakePx, px);
  }

  /** Moves towards a place, in tiles, and sets the stage's world and overlay to it. */
  follow(xTiles: number, yTiles: number, dtMs: number, stage: Stage): void {
    const targetX = xTiles * this.#tilePx;
    const targetY = (yTiles - 0.6) * this.#tilePx;
    const far = Math.hypot(targetX - this.x, targetY - this.y) > jumpTiles * this.#tilePx;
    const left = this.#isPlaced && !far ? leftAfterSecond ** (dtMs / 1000) : 0;
    this.#isPlaced = true;
    this.x = targetX + (this.x - targetX) * left;
    this.y = targetY + (this.y - targetY) * left;
    this.#shakePx = this.#shakePx < 0.2 ? 0 : this.#shakePx * 0.01 ** (dtMs / 1000);
    this.#apply(stage);
  }

  /** A place on the screen, in device pixels, as tiles of the map. */
  toTiles(screenX: number, screenY: number, stage: Stage): { x: number; y: number } {
    return {
      x: (screenX - stage.world.x) / stage.scale / this.#tilePx,
      y: (screenY - stage.world.y) / stage.scale / this.#tilePx,
    };
  }

  #apply(stage: Stage): void {
    const halfX = stage.width / stage.scale / 2;
    const halfY = stage.height / stage.scale / 2;
    const x = within(this.x, halfX, this.#widthPx - halfX) + this.#shake();
    const y = within(this.y, halfY, this.#heightPx - halfY) + this.#shake();
    // Whole device pixels: enlarged art must not shimmer.
    const left = Math.round(stage.width / 2 - x * stage.scale);
    const top = Math.round(stage.height / 2 - y * stage.scale);
    stage.world.position.set(left, top);
    stage.overlay.position.set(left, top);
    this.view.left = -left / stage.scale;
    this.view.top = -top / stage.scale;
    this.view.right = this.view.left + stage.width / stage.scale;
    this.view.bottom = this.view.top + stage.height / stage.scale;
  }

  #shake(): number {
    return this.#shakePx === 0 ? 0 : (Math.random() - 0.5) * 2 * this.#shakePx;
  }
}

/** Between two bounds; in their middle where they have crossed. */
function within(value: number, least: number, most: number): number {
  if (least > most) return (least + most) / 2;
  return Math.min(most, Math.max(least, value));
}
