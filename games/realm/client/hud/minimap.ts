import type { Art } from "../data/art.ts";
import type { MapData } from "../data/map-data.ts";
import type { Being } from "../view/being.ts";
import { element } from "./page.ts";

/** Tiles across what is shown. */
const tilesShown = 46;

/** The surroundings from above: the ground in small, and dots for those who are in sight. */
export class Minimap {
  readonly #context: CanvasRenderingContext2D;
  readonly #side: number;
  readonly #art: Art;
  readonly #markers = new Map<string, HTMLCanvasElement>();
  #ground: HTMLCanvasElement | undefined;
  #doors: readonly { x: number; y: number }[] = [];

  constructor(art: Art) {
    this.#art = art;
    const canvas = element("minimap", HTMLCanvasElement);
    // Twice as fine as it is large, so that dots are crisp on phones.
    canvas.width *= 2;
    canvas.height *= 2;
    this.#side = canvas.width;
    // Drawn by the processor: as a texture of its own, browsers without a graphics card showed it upside down in the
    // opposite corner before it was filled, a white square.
    this.#context = canvas.getContext("2d", { willReadFrequently: true })!;
  }

  /** Takes another map. @param ground its tiles, one pixel each. */
  enter(map: MapData, ground: HTMLCanvasElement): void {
    this.#ground = ground;
    this.#doors = map.things
      .filter(({ kind }) => kind === "door")
      .map(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }));
  }

  draw(self: { readonly x: number; readonly y: number }, beings: Iterable<Being>): void {
    const context = this.#context;
    const side = this.#side;
    const px = side / tilesShown;
    context.imageSmoothingEnabled = false;
    context.fillStyle = "#10141f";
    context.fillRect(0, 0, side, side);
    const ground = this.#ground;
    if (ground === undefined) return;
    // The map's edge is not passed: where there is nothing, nothing is to be seen.
    const left = clamp(self.x - tilesShown / 2, ground.width - tilesShown);
    const top = clamp(self.y - tilesShown / 2, ground.height - tilesShown);
    context.drawImage(ground, -left * px, -top * px, ground.width * px, ground.height * px);
    const mark = (name: string, x: number, y: number): void => {
      const marker = this.#marker(name);
      if (marker === undefined) return;
      const at = { x: Math.round((x - left) * px), y: Math.round((y - top) * px) };
      const half = marker.width / 2;
      context.drawImage(
        marker,
        clampTo(at.x, half, side - half) - half,
        clampTo(at.y, half, side - half) - half,
      );
    };
    for (const door of this.#doors) mark("marker-door", door.x, door.y);
    for (const being of beings) {
      if (being.isSelf || (being.kind === "monster" && being.hp <= 0)) continue;
      mark(markerOf(being), being.x, being.y);
    }
    mark("marker-you", self.x, self.y);
  }

  #marker(name: string): HTMLCanvasElement | undefined {
    let marker = this.#markers.get(name);
    if (marker === undefined) {
      marker = this.#art.canvas("ui", name, 2);
      if (marker !== undefined) this.#markers.set(name, marker);
    }
    return marker;
  }
}

function markerOf(being: Being): string {
  if (being.kind === "player") return "marker-player";
  if (being.kind === "villager") return "marker-npc";
  return being.isBoss ? "marker-boss" : "marker-monster";
}

function clamp(value: number, most: number): number {
  return most < 0 ? most / 2 : Math.min(most, Math.max(0, value));
}

function clampTo(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
