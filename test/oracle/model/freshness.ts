import type { SeenEntity, SnapshotNews } from "./client-view.ts";
import { type Moment, type Relation, relationOf, type Row, type SeatRow } from "./moment.ts";
import { Precedence } from "./precedence.ts";
import type { RoomShape } from "./rules.ts";
import { same } from "./same.ts";
import type { FieldShape, TypeShape } from "./shapes.ts";
import type { Sight } from "./sight.ts";
import type { Tally } from "./tally.ts";

/** What a client was told of one entity. */
interface Known {
  readonly type: TypeShape;
  readonly relation: Relation;
  /** Of its entry. */
  readonly first: Row;
  /** Of the last snapshot that told of it. */
  row: Row;
  /** What the client showed then. */
  readonly quanta: number[];
  readonly loose: unknown[];
  tier: readonly [low: number, high: number];
  /** Ticks of the last snapshots that told of it, its entry first. */
  readonly toldAt: number[];
  /** Snapshots since its tier changed. */
  steady: number;
  /** Updates of others that went first meanwhile, in snapshots without bytes to spare. */
  passedOver: number;
  /** The highest tier that it may have been in meanwhile. */
  waitingTier: number;
  /** The most that were in sight meanwhile: some that went first may have left since. */
  waitingAmong: number;
}

/** What a client calls the room's entities. */
export interface Names {
  tagOf(handle: number): number;
  /** 0 for what is not in sight. */
  handleOf(tag: number): number;
}

/** One snapshot and what is to be judged by. */
export interface Told extends Names {
  readonly news: SnapshotNews;
  readonly moment: Moment;
  readonly seat: SeatRow;
  /** It took what it might take, so something may have had to wait. */
  readonly isFull: boolean;
}

/**
 * While one waits for bytes, so many updates of each other one go first at most: the ratio of the weights, which halve with
 * each tier, and one.
 */
const passedOverMax = (tier: number): number => 2 ** tier + 1;
/** One's own entity weighs eight times as much as others of the first tier: so many more of it. */
const ownFirstMax = (tier: number): number => 7 * 2 ** tier;
/** The same for one's own entity, which weighs eight times as much as any other. */
const ownPassedOverMax = 0.25;
/** Others that have waited for eight times as long go before it all the same. */
const waitedLong = 4;

/** Sends over which it is counted how often something is told of. */
const windowSends = 8;

/**
 * Compares every value of everything in sight with the room's, after each snapshot: what was told is exact, what was not
 * told is as it was, and nothing that changed is left untold for longer than its tier allows.
 */
export class Freshness {
  readonly #room: RoomShape;
  readonly #sight: Sight;
  readonly #tally: Tally;
  readonly #known = new Map<number, Known>();
  readonly #precedence = new Precedence();

  constructor(room: RoomShape, sight: Sight, tally: Tally) {
    this.#room = room;
    this.#sight = sight;
    this.#tally = tally;
  }

  take(told: Told): void {
    const { news, moment, seat } = told;
    for (const handle of news.left) this.#known.delete(handle);
    this.#precedence.begin();
    const isTold = new Set<number>();
    for (const entity of news.entered) {
      const row = moment.row(told.tagOf(entity.handle))!;
      const relation = relationOf(row, seat.seat, seat.team);
      if ((entity.isOwn ?? relation.owner) !== relation.owner) {
        throw new Error(`${name(row)} is own: ${entity.isOwn}`);
      }
      this.#known.set(entity.handle, newcomer(row, relation));
      isTold.add(entity.handle);
    }
    for (const { handle } of news.updated) {
      if (isTold.has(handle)) throw new Error(`handle ${handle} is told of twice`);
      isTold.add(handle);
    }
    for (const [handle, entity] of news.entities) {
      const known = this.#known.get(handle)!;
      const row = moment.row(told.tagOf(handle))!;
      this.#tally.compared++;
      this.#tally.values += row.type.fields.length;
      const tier = this.#sight.tier(row.tag);
      const isSteady = tier[0] === known.tier[0] && tier[1] === known.tier[1];
      known.steady = isSteady ? known.steady + 1 : 0;
      known.tier = tier;
      if (isTold.has(handle)) this.#tell(known, row, entity, told);
      else this.#keep(known, row, entity, told);
    }
    this.#precedence.judge();
  }

  /** Whatever has not changed since an earlier moment has been told; what is referred to may have come into sight just now. */
  end(moment: Moment, earlier: Moment, { tagOf }: Pick<Names, "tagOf">): void {
    for (const [handle, known] of this.#known) {
      const tag = tagOf(handle);
      const row = moment.row(tag);
      if (row === undefined) throw new Error(`#${tag} stayed in sight for good`);
      const isCalm = row === earlier.row(tag);
      if (isCalm && isOld(known, row, undefined)) throw new Error(`${name(row)} was never told of`);
    }
  }

  /** The snapshot told of it: it is what it is now. */
  #tell(known: Known, row: Row, entity: SeenEntity, told: Told): void {
    const { type, relation, first } = known;
    for (const [f, field] of type.fixed.entries()) {
      const due = relation[field.audience] ? dueOf(field, f, row, first, told) : 0;
      const shown = entity.quanta[f]!;
      if (shown !== due) throw new Error(`${name(row)}.${field.name} is ${shown}, not ${due}`);
      known.quanta[f] = shown;
    }
    for (const [l, field] of type.loose.entries()) {
      const shown = entity.loose[l];
      const text = (field.isStatic ? first : row).texts[l]!;
      const isRight = relation[field.audience]
        ? JSON.stringify(shown) === text || same(shown, JSON.parse(text))
        : shown === undefined || shown === "";
      if (!isRight) {
        throw new Error(`${name(row)}.${field.name} is ${JSON.stringify(shown)}, not ${text}`);
      }
      known.loose[l] = shown;
    }
    known.row = row;
    const isOwn = row.tag === told.seat.entity;
    const before = known.toldAt.at(-1);
    if (before !== undefined) {
      this.#precedence.told({ age: told.news.tick - before, isOwn, tier: known.tier });
    }
    known.toldAt.push(told.news.tick);
    this.#mustBeSlow(known, row);
    noWait(known);
  }

  /** A slower tier saves bytes: over some sends, it is told of about as often as it may be, and not more. */
  #mustBeSlow({ toldAt, tier, steady }: Known, row: Row): void {
    const { tickRate, sendRate } = this.#room;
    const now = toldAt.at(-1)!;
    const from = now - (windowSends * tickRate) / sendRate;
    while (toldAt[0]! <= from) toldAt.shift();
    const often = windowSends / 2 ** tier[0] + 2;
    if (steady >= windowSends && toldAt.length > often) {
      throw new Error(`${name(row)} of tier ${tier[0]} is told of ${toldAt.length} times`);
    }
  }

  /** The snapshot did not tell of it: it is as it was, and not too old. */
  #keep(known: Known, row: Row, entity: SeenEntity, told: Told): void {
    const isAsBefore =
      known.quanta.every((quantum, f) => entity.quanta[f] === quantum) &&
      known.loose.every((value, l) => entity.loose[l] === value);
    if (!isAsBefore) throw new Error(`${name(row)} changed without a word`);
    if (!isOld(known, row, told)) {
      noWait(known);
      return;
    }
    if (told.isFull) known.passedOver += told.news.updated.length;
    const { entities, updated } = told.news;
    known.waitingTier = Math.max(known.waitingTier, known.tier[1]);
    known.waitingAmong = Math.max(known.waitingAmong, entities.size);
    const age = told.news.tick - known.toldAt.at(-1)!;
    const { tickRate, sendRate } = this.#room;
    const turn = (2 ** known.tier[1] * tickRate) / sendRate;
    // the first tier's turn is every send
    const allowed = known.tier[1] === 0 ? 0 : turn;
    if (!told.isFull) {
      const percent = Math.round((age / turn) * 100);
      this.#tally.agePercentMax = Math.max(this.#tally.agePercentMax, percent);
    }
    if (!told.isFull && age > allowed) {
      throw new Error(`${name(row)} of tier ${known.tier[1]} is ${age} ticks old`);
    }
    const isOwn = row.tag === told.seat.entity;
    if (age > allowed) this.#precedence.waits(name(row), { age, isOwn, tier: known.tier });
    const { waitingTier, waitingAmong } = known;
    const others = isOwn
      ? ownPassedOverMax * waitingAmong + waitedLong
      : passedOverMax(waitingTier) * waitingAmong + ownFirstMax(waitingTier);
    if (known.passedOver > others + updated.length) {
      throw new Error(`${name(row)} waits while ${known.passedOver} updates go first`);
    }
  }
}

function noWait(known: Known): void {
  known.passedOver = 0;
  known.waitingTier = 0;
  known.waitingAmong = 0;
}

function newcomer(row: Row, relation: Relation): Known {
  const { type } = row;
  return {
    type,
    relation,
    first: row,
    row,
    quanta: type.fixed.map(() => 0),
    loose: type.loose.map(() => undefined),
    tier: [0, 0],
    toldAt: [],
    steady: 0,
    passedOver: 0,
    waitingTier: 0,
    waitingAmong: 0,
  };
}

/** What a field is to show. */
function dueOf(
  field: FieldShape,
  f: number,
  row: Row,
  first: Row,
  names: Names | undefined,
): number {
  if (field.isStatic) return first.quanta[f]!;
  if (field.spec.kind !== "entity" || names === undefined) return row.quanta[f]!;
  return names.handleOf(row.quanta[f]!);
}

/** Whether something that the client may see is different by now; without names, references apart. */
function isOld(
  { type, relation, quanta, row: last, first }: Known,
  row: Row,
  names: Names | undefined,
): boolean {
  for (const [f, field] of type.fixed.entries()) {
    if (names === undefined && field.spec.kind === "entity") continue;
    if (relation[field.audience] && dueOf(field, f, row, first, names) !== quanta[f]) return true;
  }
  if (row === last) return false;
  return type.loose.some(
    ({ isStatic, audience }, l) =>
      !isStatic && relation[audience] && row.texts[l] !== last.texts[l],
  );
}

function name(row: Row): string {
  return `${row.type.name} #${row.tag}`;
}
