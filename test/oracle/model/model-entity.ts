import type { Row } from "./moment.ts";
import { canonicalOf, placeOf, quantumOf } from "./quanta.ts";
import { type Audience, shapeOf, type TypeShape } from "./shapes.ts";

/** An entity as the rules have it. */
export class ModelEntity {
  readonly tag: number;
  readonly type: TypeShape;
  readonly owner: number;
  readonly audience: Audience;
  isAlive = true;
  #team: number;
  #seat: number;
  /** As the game sees them, unrounded; references hold the other's tag. */
  readonly #values: Record<string, unknown> = {};
  readonly #quanta: number[];
  readonly #texts: string[];
  #bornTick: number;
  /** By tick, from `#bornTick` on. */
  readonly #rows: Row[] = [];
  #isTouched = true;

  constructor(about: {
    readonly tag: number;
    readonly type: string;
    readonly bornTick: number;
    readonly owner: number;
    readonly team: number;
    readonly seat: number;
    readonly audience: Audience;
    /** One for each field. */
    readonly values: Readonly<Record<string, unknown>>;
  }) {
    this.tag = about.tag;
    this.type = shapeOf(about.type);
    this.#bornTick = about.bornTick;
    this.owner = about.owner;
    this.audience = about.audience;
    this.#team = about.team;
    this.#seat = about.seat;
    this.#quanta = this.type.fixed.map(() => 0);
    this.#texts = this.type.loose.map(() => "");
    for (const { name } of this.type.fields) this.set(name, about.values[name]);
  }

  get team(): number {
    return this.#team;
  }

  set team(team: number) {
    this.#team = team;
    this.#isTouched = true;
  }

  /** The seat that the audience "seat" means, -1 for none. */
  get seat(): number {
    return this.#seat;
  }

  set seat(seat: number) {
    this.#seat = seat;
    this.#isTouched = true;
  }

  get(field: string): unknown {
    return this.#values[field];
  }

  set(field: string, value: unknown): void {
    this.#values[field] = value;
    this.#isTouched = true;
    const { fixed, loose } = this.type;
    const f = fixed.findIndex(({ name }) => name === field);
    if (f >= 0) {
      const { spec } = fixed[f]!;
      this.#quanta[f] = spec.kind === "entity" ? (value as number) : quantumOf(spec, value);
    }
    const l = loose.findIndex(({ name }) => name === field);
    if (l >= 0) this.#texts[l] = JSON.stringify(canonicalOf(loose[l]!.spec, value));
  }

  /** As it was at the end of a tick; undefined when it was not there. */
  row(tick: number): Row | undefined {
    return this.#rows[tick - this.#bornTick];
  }

  /** All that it has been through was so many ticks later. */
  shift(ticks: number): void {
    this.#bornTick += ticks;
  }

  /** As it is in the midst of a tick. */
  now(): Row {
    return this.#fresh();
  }

  /** The tick is over: answers how the entity stands. The same object while nothing changes. */
  close(): Row {
    const last = this.#rows.at(-1);
    let row = last;
    if (last === undefined || this.#isTouched) {
      const fresh = this.#fresh();
      row = last !== undefined && sameRow(last, fresh) ? last : fresh;
    }
    this.#isTouched = false;
    this.#rows.push(row!);
    return row!;
  }

  #fresh(): Row {
    const { tag, type, owner, team, seat, audience } = this;
    const at = (index: number): number =>
      index < 0 ? Number.NaN : placeOf(type.fixed[index]!.spec, this.#quanta[index]!);
    const precise = type.precise.map(
      (index) => (this.#values[type.fixed[index]!.name] as number | null) ?? Number.NaN,
    );
    return {
      tag,
      type,
      quanta: [...this.#quanta],
      texts: [...this.#texts],
      owner,
      team,
      seat,
      audience,
      x: at(type.x),
      y: at(type.y),
      precise,
    };
  }
}

function sameRow(a: Row, b: Row): boolean {
  return (
    a.team === b.team &&
    a.seat === b.seat &&
    a.quanta.every((quantum, i) => quantum === b.quanta[i]) &&
    a.texts.every((text, i) => text === b.texts[i]) &&
    a.precise.every((value, i) => Object.is(value, b.precise[i]))
  );
}
