import { t } from "realmwright";
import { levelMax } from "../content/levels.ts";
import type { ZoneRoom, ZoneSeat, PlayerEntity } from "./zone-room.ts";

/** Rows of the board. */
const rowsMax = 10;

/** Who the rows of the board are about. Players do not see it: two of one name are two, and only the server knows by what. */
export const scoreState = {
  best: t.list(
    t.object({
      account: t.string(64),
      name: t.string(24),
      kills: t.uint(1_000_000_000),
      level: t.uint(levelMax),
    }),
    rowsMax,
  ),
};

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
    const { tick, tickRate, document, players, state } = this.#room;
    if (this.#slain === 0 || tick % tickRate !== 0) return;
    // Those who have gone stay on the board.
    const rows = new Map(state.best.map((row) => [row.account, row]));
    for (const seat of players.values()) {
      const player = this.#playerOf(seat);
      if (player === undefined || player.kills === 0) continue;
      const { account } = seat;
      const { name, kills, level } = player;
      if ((rows.get(account)?.kills ?? 0) <= kills)
        rows.set(account, { account, name, kills, level });
    }
    const all = [...rows.values()].sort((a, b) => b.kills - a.kills || (a.name < b.name ? -1 : 1));
    state.best = all.slice(0, rowsMax);
    document.update((board) => {
      board.slain += this.#slain;
      board.top = state.best.map(({ name, kills, level }) => ({ name, kills, level }));
    });
    this.#slain = 0;
  }
}
