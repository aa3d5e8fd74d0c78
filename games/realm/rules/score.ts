import type { ZoneRoom, ZoneSeat, PlayerEntity } from "./zone-room.ts";

/** Rows of the board. */
const rowsMax = 10;

/** The board of those who have killed most, written once per second at most. */
export class Score {
  readonly #room: ZoneRoom;
  readonly #playerOf: (seat: ZoneSeat) => PlayerEntity | undefined;
  #slain = 0;

  constructor(room: ZoneRoom, playerOf: (seat: ZoneSeat) => PlayerEntity | undefined) {
    this.#room = room;
    this.#playerOf = playerOf;
  }

  /** A monster fell. */
  add(): void {
    this.#slain++;
  }

  tick(): void {
    const { tick, tickRate, document, players } = this.#room;
    if (this.#slain === 0 || tick % tickRate !== 0) return;
    // By name, since those who have gone stay on the board.
    const rows = new Map(document.value.top.map((row) => [row.name, row]));
    for (const seat of players.values()) {
      const player = this.#playerOf(seat);
      if (player === undefined || player.kills === 0) continue;
      const { name, kills, level } = player;
      if ((rows.get(name)?.kills ?? 0) <= kills) rows.set(name, { name, kills, level });
    }
    const top = [...rows.values()].sort((a, b) => b.kills - a.kills || (a.name < b.name ? -1 : 1));
    document.update((board) => {
      board.slain += this.#slain;
      board.top = top.slice(0, rowsMax).map((row) => ({ ...row }));
    });
    this.#slain = 0;
  }
}
