import { type Moment, relationOf, type SeatRow } from "./moment.ts";
import {
  type Choice,
  choicePeriod,
  choose,
  distanceOf,
  type Held,
  heldMax,
  isGone,
  maySee,
  type RoomShape,
  tierOf,
} from "./rules.ts";

/** Sends until the next choice, and what follows from there. All that is not known for sure is kept side by side. */
interface Guess {
  readonly untilChoice: number;
  /** Chosen and not yet come in: distance by tag. */
  readonly waiting: ReadonlyMap<number, number>;
  /** Of these at most so many more come in. */
  readonly tied: ReadonlyMap<number, number>;
  readonly tiedLeft: number;
  /** By tag: lowest and highest tier that may be. */
  readonly tiers: ReadonlyMap<number, readonly [low: number, high: number]>;
}

/** What came of one send. */
export interface SightNews {
  readonly left: readonly number[];
  readonly entered: readonly number[];
}

/** Whether the bytes surely sufficed for one more. */
export type Affords = (entered: readonly number[], next: number) => boolean;

const nothing: ReadonlyMap<number, never> = new Map<number, never>();
const unknownTier = [0, 2] as const;

/** What one member has in sight, by the rules alone: judges who came and who went with each snapshot. */
export class Sight {
  readonly held: Map<number, Held> = new Map();
  readonly #room: RoomShape;
  #guesses: Guess[] = [
    { untilChoice: 0, waiting: nothing, tied: nothing, tiedLeft: 0, tiers: nothing },
  ];
  #isFresh = true;

  constructor(room: RoomShape) {
    this.#room = room;
  }

  /** Lowest and highest tier of what is in sight. */
  tier(tag: number): readonly [low: number, high: number] {
    let [low, high] = [2, 0];
    for (const { tiers } of this.#guesses) {
      const [from, to] = tiers.get(tag) ?? unknownTier;
      low = Math.min(low, from);
      high = Math.max(high, to);
    }
    return [low, high];
  }

  /** Something is chosen and has not come in yet. */
  get isWaiting(): boolean {
    return this.#guesses.some(({ waiting, tiedLeft }) => waiting.size > 0 || tiedLeft > 0);
  }

  /** An unknown number of sends went by in which there was nothing to say. */
  silence(): void {
    const period = choicePeriod(this.#room);
    const tiers = new Map([...this.held.keys()].map((tag) => [tag, unknownTier]));
    const all = this.#guesses.flatMap((guess) => spread({ ...guess, tiers }, period));
    this.#guesses = [...new Map(all.map((guess) => [nameOf(guess), guess])).values()];
  }

  /** Takes what came of a send. Answers what is wrong with it; then nothing is taken. */
  take(moment: Moment, seat: SeatRow, news: SightNews, affords: Affords): string | undefined {
    const turn = new Turn(this.#room, moment, seat, this.held, news, affords);
    const next: Guess[] = [];
    const problems: string[] = [];
    for (const guess of this.#guesses) {
      const outcome = turn.follow(guess);
      if (typeof outcome === "string") problems.push(outcome);
      else next.push(outcome);
    }
    if (next.length === 0) return [...new Set(problems)].join("; or: ");
    // the first send is a choice, whenever the next one comes
    this.#guesses = this.#isFresh
      ? next.flatMap((guess) => spread(guess, choicePeriod(this.#room)))
      : next;
    this.#isFresh = false;
    for (const tag of news.left) this.held.delete(tag);
    for (const tag of news.entered) {
      const relation = relationOf(moment.row(tag)!, seat.seat, seat.team);
      this.held.set(tag, { tag, enteredTick: moment.tick, relation });
    }
    return undefined;
  }
}

/** The same for guesses that differ in nothing, tiers apart. */
function nameOf({ untilChoice, waiting, tied, tiedLeft }: Guess): string {
  return JSON.stringify([untilChoice, [...waiting], [...tied], tiedLeft]);
}

/** The same for every time that may be left until the next choice. */
function spread(guess: Guess, period: number): Guess[] {
  return Array.from({ length: period }, (_, untilChoice) => ({ ...guess, untilChoice }));
}

/** One send, followed under different guesses. */
class Turn {
  readonly #room: RoomShape;
  readonly #moment: Moment;
  readonly #seat: SeatRow;
  readonly #news: SightNews;
  readonly #affords: Affords;
  /** In sight before, and still worth it. */
  readonly #kept = new Map<number, Held>();
  /** Gone, but may come in again under another relation. */
  readonly #anew = new Map<number, number>();
  readonly #left: ReadonlySet<number>;
  readonly #problem: string | undefined;
  #choice: Choice | undefined;

  constructor(
    room: RoomShape,
    moment: Moment,
    seat: SeatRow,
    held: ReadonlyMap<number, Held>,
    news: SightNews,
    affords: Affords,
  ) {
    this.#room = room;
    this.#moment = moment;
    this.#seat = seat;
    this.#news = news;
    this.#affords = affords;
    this.#left = new Set(news.left);
    for (const [tag, one] of held) {
      const row = moment.row(tag);
      if (!isGone(row, one, seat)) this.#kept.set(tag, one);
      else if (row !== undefined) this.#anew.set(tag, Infinity);
    }
    this.#problem = this.#whatIsWrongAnyway(held);
  }

  #whatIsWrongAnyway(held: ReadonlyMap<number, Held>): string | undefined {
    for (const tag of this.#left) if (!held.has(tag)) return `#${tag} left that was not in sight`;
    for (const tag of held.keys()) {
      if (!this.#kept.has(tag) && !this.#left.has(tag)) return `#${tag} is gone and did not leave`;
    }
    for (const tag of this.#news.entered) {
      const row = this.#moment.row(tag);
      if (row === undefined) return `#${tag} entered that does not live`;
      if (!maySee(row, this.#seat)) return `#${tag} entered that is not for this member`;
      if (this.#kept.has(tag) && !this.#left.has(tag)) return `#${tag} entered that was in sight`;
    }
    return undefined;
  }

  /** The guess as it stands after this send, or why it can not have been so. */
  follow(guess: Guess): Guess | string {
    if (this.#problem !== undefined) return this.#problem;
    return guess.untilChoice === 0 ? this.#choosing(guess) : this.#waiting(guess);
  }

  #waiting(guess: Guess): Guess | string {
    for (const tag of this.#left) {
      if (this.#kept.has(tag)) return `#${tag} left between two choices`;
    }
    const waiting = new Map([...guess.waiting, ...this.#anew]);
    const rest = this.#admitted(waiting, guess.tied, guess.tiedLeft);
    if (typeof rest === "string") return rest;
    const tiers = this.#tiers(guess.tiers, false);
    return { untilChoice: guess.untilChoice - 1, ...rest, tiers };
  }

  #choosing(guess: Guess): Guess | string {
    const { rows, tick } = this.#moment;
    this.#choice ??= choose(this.#room, tick, rows, this.#seat, this.#kept);
    const { sure, tied, tiedCount } = this.#choice;
    let tiedLeft = tiedCount;
    for (const tag of this.#kept.keys()) {
      if (sure.has(tag)) {
        if (this.#left.has(tag)) return `#${tag} left that was to stay`;
      } else if (!this.#left.has(tag)) {
        if (!tied.has(tag)) return `#${tag} stayed that was to leave`;
        tiedLeft--;
      }
    }
    if (tiedLeft < 0) return "more are in sight than may be";
    const pick = (from: Choice["sure"]): Map<number, number> =>
      new Map(
        [...from.values()]
          .filter(({ tag }) => !this.#kept.has(tag))
          .map(({ tag, distance }) => [tag, distance]),
      );
    const rest = this.#admitted(pick(sure), pick(tied), tiedLeft);
    if (typeof rest === "string") return rest;
    const tiers = this.#tiers(guess.tiers, true);
    return { untilChoice: choicePeriod(this.#room) - 1, ...rest, tiers };
  }

  /** Who came in: the nearest of those that wait, one at least, and all for which there were bytes. */
  #admitted(
    waiting: ReadonlyMap<number, number>,
    tied: ReadonlyMap<number, number>,
    tiedLeft: number,
  ): Pick<Guess, "waiting" | "tied" | "tiedLeft"> | string {
    const { entered } = this.#news;
    const rest = new Map(waiting);
    const restTied = new Map(tied);
    let left = tiedLeft;
    let farthest = -Infinity;
    for (const tag of entered) {
      const distance = rest.get(tag) ?? restTied.get(tag);
      if (distance === undefined) return `#${tag} entered that was not chosen`;
      if (!rest.delete(tag)) {
        restTied.delete(tag);
        if (--left < 0) return `#${tag} entered that was one too many`;
      }
      farthest = Math.max(farthest, distance);
    }
    for (const tag of rest.keys()) if (!this.#isEligible(tag)) rest.delete(tag);
    for (const tag of restTied.keys()) if (!this.#isEligible(tag)) restTied.delete(tag);
    left = Math.min(left, restTied.size);
    const open = [...rest, ...(left > 0 ? restTied : [])];
    const size = this.#kept.size - this.#leftOfKept() + entered.length;
    if (open.length > 0 && size < heldMax) {
      const [next, distance] = open.reduce((a, b) => (b[1] < a[1] ? b : a));
      if (entered.length === 0) return `#${next} waits, and nothing came in`;
      if (distance < farthest - 1e-9) return `#${next} waits, and farther ones came in`;
      // which of several that are as near is the next to come in is not said
      const nearest = open.filter((one) => one[1] <= distance + 1e-9);
      if (nearest.every(([tag]) => this.#affords(entered, tag))) {
        return `#${next} waits, though there are bytes for it`;
      }
    }
    return { waiting: rest, tied: restTied, tiedLeft: left };
  }

  #leftOfKept(): number {
    let count = 0;
    for (const tag of this.#left) if (this.#kept.has(tag)) count++;
    return count;
  }

  #isEligible(tag: number): boolean {
    const row = this.#moment.row(tag);
    const isHeld = this.#kept.has(tag) && !this.#left.has(tag);
    return row !== undefined && !isHeld && maySee(row, this.#seat);
  }

  #tiers(before: Guess["tiers"], isChoice: boolean): Guess["tiers"] {
    if (!isChoice && this.#left.size === 0 && this.#news.entered.length === 0) return before;
    const tiers = new Map<number, readonly [number, number]>();
    for (const tag of this.#kept.keys()) {
      if (this.#left.has(tag)) continue;
      const [low, high] = before.get(tag) ?? unknownTier;
      if (!isChoice) tiers.set(tag, [low, high]);
      else if (tag === this.#seat.entity) tiers.set(tag, [0, 0]);
      else {
        const distance = distanceOf(this.#moment.row(tag)!, this.#seat);
        const at = (tier: number): number => tierOf(this.#room, distance, tier);
        tiers.set(tag, [at(low), at(high)]);
      }
    }
    for (const tag of this.#news.entered) tiers.set(tag, [0, 0]);
    return tiers;
  }
}
