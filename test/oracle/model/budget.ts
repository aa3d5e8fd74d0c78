import { widthOf } from "./quanta.ts";
import type { RoomShape } from "./rules.ts";
import type { Row } from "./moment.ts";

/** What a client may be sent of snapshots where its room does not say. */
const bytesPerSecondDefault = 65_536;
/** What a client sees first may come at once. */
const bytesAtFirst = 16_384;
/** In readable encodings bytes are reckoned by content. */
const readableEnter = 16;
const readableUpdate = 3;

/** How much more than was foreseen updates may take that have waited longer than others. */
const updatesMore = 2.5;
/** One update with its texts, and one's own unrounded values, come in any case. */
const inAnyCase = 224;

/** At least what an entry is reckoned to take in the binary encoding, whoever is told. */
function enterBytesMin({ type }: Row): number {
  return Math.ceil(type.fixed.reduce((sum, { spec }) => sum + widthOf(spec), 0) / 8);
}

/** At most what it takes. */
export function enterBytesMax(row: Row): number {
  const letters = row.texts.map((text) => new TextEncoder().encode(text).length + 3);
  return 8 + enterBytesMin(row) + letters.reduce((sum, bytes) => sum + bytes, 0);
}

/** The bytes that one client's snapshots may take: a bucket that each send fills, by whole bytes, up to two sends' worth. */
export class Budget {
  readonly #perSend: number;
  /** More than a second's worth is never owed. */
  readonly #debtMost: number;
  #tokens: number;

  constructor(room: RoomShape) {
    this.#perSend = Math.floor(
      (room.interest?.bytesPerSecond ?? bytesPerSecondDefault) / room.sendRate,
    );
    this.#tokens = Math.max(bytesAtFirst, this.#perSend * 2);
    this.#debtMost = this.#perSend * room.sendRate;
  }

  /** What the send at hand may take. */
  get tokens(): number {
    return this.#tokens;
  }

  begin(): void {
    const burst = this.#perSend * 2;
    if (this.#tokens < burst) this.#tokens = Math.min(burst, this.#tokens + this.#perSend);
  }

  /** The most that a send may take that lets these in. */
  most(entered: readonly Row[]): number {
    const sum = entered.reduce((total, row) => total + enterBytesMax(row), 0);
    return sum + Math.max(0, this.#left(entered)) * updatesMore + inAnyCase;
  }

  /** The most updates in it: where those that come in take all there is, one. */
  updatesMost(entered: readonly Row[]): number {
    return this.#left(entered) <= 0 ? 1 : Infinity;
  }

  /** At most what a send has left for updates. */
  #left(entered: readonly Row[]): number {
    return entered.reduce((left, row) => left - enterBytesMin(row), this.#tokens);
  }

  /** A send is over. */
  spend(bytes: number): void {
    this.#tokens = Math.max(-this.#debtMost, this.#tokens - bytes);
  }

  /** What a readable snapshot counts for. */
  static reckoned(entered: number, updated: number): number {
    return entered * readableEnter + updated * readableUpdate;
  }
}
