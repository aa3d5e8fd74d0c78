import type { CompiledKind } from "./kinds.ts";
import type { Mood, Npc } from "./fields.ts";
import { Threat } from "./threat.ts";

const noCells: Uint32Array = new Uint32Array(0);

/** Ticks from one look about to the next: a fifth of a second at 20 Hz, about as long as living beings need. */
export const lookTicks = 4;

/** Whether it looks about at this tick: for enemies, neighbours and a clear way. Not all do so at once. */
export function looksAbout(body: Body, tick: number): boolean {
  return (tick + body.index) % lookTicks === 0;
}

/** Whether it moves at this tick, and thinks if it is time. */
export function acts(body: Body, tick: number): boolean {
  return ((tick + body.index) & (body.pace - 1)) === 0;
}

/** Whether it thinks at this tick. */
export function thinks(body: Body, tick: number): boolean {
  return ((tick + body.index) & (body.period - 1)) === 0;
}

/** Everything about one creature that is not in its entity. Reused by the pool. */
export class Body {
  /** Number in the kit; decides on which tick it thinks. */
  readonly index: number;
  entity: Npc | undefined;
  kind: CompiledKind | undefined;
  /** Index of its area, -1 for none. */
  area = -1;
  isAwake = true;
  /** Place in the list of the awake or of the sleeping. */
  listed = 0;
  mood: Mood = "idle";
  readonly threat: Threat = new Threat();
  target = 0;
  /** Ticks between two thoughts: 1, 2, 4 or 8. */
  period = 1;
  /** No enemy is nearer than this, in tiles. */
  solitude = 0;

  /** Where it is; read from its entity once per tick, since each look there costs. */
  x = 0.5;
  y = 0.5;
  homeX = 0.5;
  homeY = 0.5;
  /** Where it walks to, and how far per tick; a stride of 0 stands. */
  goalX = 0.5;
  goalY = 0.5;
  stride = 0.5;
  /** Motion per tick that keeps it off its neighbours. */
  pushX = 0.5;
  pushY = 0.5;
  /** Direction of its heading; none that is known is (0, 0). */
  faceX = 0.5;
  faceY = 0.5;
  /** Where it was when it last made way, to notice that it is stuck. */
  markX = 0.5;
  markY = 0.5;
  markTick = 0;

  /** Cells of its path, shared with the path cache, and the next of them. */
  path: Uint32Array = noCells;
  pathAt = 0;
  /** The way straight to its goal counts as clear before this tick. */
  clearUntil = 0;
  /** Ticket of the path that it waits for, 0 for none. */
  ticket = 0;
  /** No new path is asked for before this tick. */
  askAt = 0;

  /** End of its rest, of its blow's winding up, or of its flight. */
  until = 0;
  /** When it may strike again. */
  strikeAt = 0;
  hasFled = false;

  constructor(index: number) {
    this.index = index;
  }

  reset(entity: Npc, kind: CompiledKind): void {
    this.entity = entity;
    this.kind = kind;
    this.area = entity.npcArea - 1;
    this.isAwake = true;
    this.mood = "idle";
    this.threat.clear();
    this.target = 0;
    this.period = 1;
    this.solitude = 0;
    this.look();
    this.homeX = entity.homeX;
    this.homeY = entity.homeY;
    this.faceX = 0;
    this.faceY = 0;
    this.markX = this.x;
    this.markY = this.y;
    this.markTick = 0;
    this.clearUntil = 0;
    this.ticket = 0;
    this.askAt = 0;
    this.until = 0;
    this.strikeAt = 0;
    this.hasFled = false;
    this.stand();
  }

  /** Takes its place from its entity. */
  look(): void {
    this.x = this.entity!.x;
    this.y = this.entity!.y;
  }

  /** Puts it and its entity somewhere. */
  put(x: number, y: number): void {
    this.x = x;
    this.y = y;
    this.entity!.x = x;
    this.entity!.y = y;
  }

  /** Stops walking. */
  stand(): void {
    this.stride = 0;
    this.pushX = 0;
    this.pushY = 0;
    this.clearUntil = 0;
    this.forgetPath();
  }

  forgetPath(): void {
    this.path = noCells;
    this.pathAt = 0;
  }

  /** Ticks between two motions, each as much longer: 1, 2 or 4. */
  get pace(): number {
    return this.period < lookTicks ? this.period : lookTicks;
  }

  /** It stays where it is. */
  get isStill(): boolean {
    return this.stride === 0 && this.pushX === 0 && this.pushY === 0;
  }

  get hasPath(): boolean {
    return this.pathAt < this.path.length;
  }
}

/** Numbers and, if it pools, keeps the bodies of the dead for those who come. */
export class BodyPool {
  readonly #pooling: boolean;
  readonly #free: Body[] = [];
  readonly #freeNumbers: number[] = [];
  #numbers = 0;
  /** Bodies made and taken from the pool, since the start. */
  made = 0;
  reused = 0;

  constructor(pooling: boolean) {
    this.#pooling = pooling;
  }

  take(): Body {
    const body = this.#free.pop();
    if (body !== undefined) {
      this.reused++;
      return body;
    }
    this.made++;
    return new Body(this.#freeNumbers.pop() ?? this.#numbers++);
  }

  give(body: Body): void {
    body.entity = undefined;
    body.path = noCells;
    if (this.#pooling) this.#free.push(body);
    else this.#freeNumbers.push(body.index);
  }
}
