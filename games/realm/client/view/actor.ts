import type { Container } from "pixi.js";
import type { Art } from "../data/art.ts";
import type { Being } from "./being.ts";
import { Figure } from "./figure.ts";
import { Plate } from "./plate.ts";
import type { Stage } from "./stage.ts";

/** Faster than this, in tiles per second, is walking. */
const walkingFrom = 0.35;
/** The steps of a walk are drawn for this speed, in tiles per second. */
const walkDrawnFor = 4;
const enterMs = 220;
/** Farther from oneself than this, only wounds show a bar. */
const nearTiles = 6;
const woundedMs = 6000;

const nameColours = {
  self: 0xfff0a8,
  player: 0xffffff,
  monster: 0xffb4a2,
  villager: 0xa9e4ff,
} as const;
const barColours = {
  self: 0x62d84e,
  player: 0x55b8f0,
  monster: 0xe5484d,
  villager: 0x55b8f0,
} as const;

/** A being on the screen: its figure among the others, and its plate over them. */
export class Actor {
  readonly figure: Figure;
  readonly #plate: Plate;
  readonly #kind: Being["kind"];
  readonly #isSelf: boolean;
  #x: number;
  #y: number;
  #speed = 0;
  #hp: number;
  #woundedMs = 0;
  #ageMs = 0;
  #deadMs = 0;

  constructor(art: Art, stage: Stage, being: Being, row: Container, overlay: Container) {
    this.#kind = being.kind;
    this.#isSelf = being.isSelf;
    this.#x = being.x;
    this.#y = being.y;
    this.#hp = being.hp;
    const role = being.isSelf ? "self" : being.kind;
    this.figure = new Figure(art, being.sheet, being.shadow);
    const title = being.kind === "monster" ? `${being.name}  ${being.level}` : being.name;
    this.#plate = new Plate(
      art,
      stage.letters,
      title,
      nameColours[role],
      barColours[role],
      stage.unit,
    );
    row.addChild(this.figure.container);
    overlay.addChild(this.#plate.container);
    if (being.hp <= 0 && being.hpMax > 0) this.#deadMs = 10_000;
  }

  /** In tiles. */
  get x(): number {
    return this.#x;
  }

  get y(): number {
    return this.#y;
  }

  /** The top of the figure, in tiles. */
  top(tilePx: number): number {
    return this.#y - this.figure.height / tilePx;
  }

  update(
    being: Being,
    self: { x: number; y: number },
    dtMs: number,
    stage: Stage,
    tilePx: number,
  ): void {
    this.#ageMs += dtMs;
    this.#move(being, dtMs);
    const isDead = being.hp <= 0 && being.hpMax > 0;
    this.#deadMs = isDead ? this.#deadMs + dtMs : 0;
    if (being.hp < this.#hp) this.#woundedMs = woundedMs;
    this.#hp = being.hp;
    this.#woundedMs = Math.max(0, this.#woundedMs - dtMs);
    const isWalking = this.#speed > walkingFrom;
    this.figure.face(being.heading);
    this.figure.act(
      isDead ? "death" : being.cast !== undefined ? "cast" : isWalking ? "walk" : "idle",
    );
    this.figure.update(dtMs, isWalking && !isDead ? Math.max(0.5, this.#speed / walkDrawnFor) : 1);
    this.figure.alpha = this.#alpha(being);
    this.figure.tint = tintOf(being.effects);

    const { scale } = stage;
    const { container } = this.figure;
    container.position.set(
      Math.round(this.#x * tilePx * scale) / scale,
      Math.round(this.#y * tilePx * scale) / scale,
    );
    container.zIndex = this.#y * tilePx;

    const near = Math.hypot(this.#x - self.x, this.#y - self.y) < nearTiles;
    const plate = this.#plate.container;
    plate.position.set(
      Math.round(this.#x * tilePx * scale),
      Math.round((this.#y * tilePx - this.figure.height - 3) * scale),
    );
    plate.alpha = Math.min(1, this.#ageMs / enterMs) * (being.isAway ? 0.5 : 1);
    plate.visible = !(isDead && this.#kind === "monster");
    this.#plate.update(
      {
        hp: being.hp,
        hpMax: being.hpMax,
        effects: being.effects,
        cast: being.cast,
        isWindingUp: being.isWindingUp && !isDead,
        showsName: this.#kind !== "monster" || near || this.#woundedMs > 0,
        showsBar: this.#showsBar(being, near, isDead),
      },
      dtMs,
    );
  }

  /** Keeps its name off another's. */
  clear(other: Actor): void {
    this.#plate.clear(other.#plate);
  }

  destroy(): void {
    this.figure.destroy();
    this.#plate.destroy();
  }

  #showsBar(being: Being, near: boolean, isDead: boolean): boolean {
    if (isDead || being.hpMax <= 0) return false;
    if (this.#woundedMs > 0) return true;
    return being.hp < being.hpMax && (near || this.#isSelf);
  }

  #move(being: Being, dtMs: number): void {
    const moved = Math.hypot(being.x - this.#x, being.y - this.#y);
    // A jump is no run.
    const speed = moved > 2 || dtMs <= 0 ? 0 : (moved / dtMs) * 1000;
    this.#speed += (speed - this.#speed) * Math.min(1, dtMs / 70);
    this.#x = being.x;
    this.#y = being.y;
  }

  #alpha(being: Being): number {
    let alpha = Math.min(1, this.#ageMs / enterMs);
    if (being.isSpirit) alpha *= 0.82;
    if (being.isAway) alpha *= 0.45;
    // Fallen monsters fade away; people lie until they rise.
    if (this.#kind === "monster" && this.#deadMs > 700) {
      alpha *= Math.max(0, 1 - (this.#deadMs - 700) / 500);
    }
    return alpha;
  }
}

function tintOf(effects: readonly string[]): number {
  if (effects.length === 0) return 0xffffff;
  if (effects.includes("slow")) return 0xa9d8ff;
  if (effects.includes("burn")) return 0xffc0a0;
  if (effects.includes("poison")) return 0xc8e89a;
  return 0xffffff;
}
