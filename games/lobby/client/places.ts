import { element } from "./page.ts";
import type { TableRoom, TableState } from "./table-room.ts";

/** The buttons that make a watcher of a player, and the other way round. */
export class Places {
  readonly #room: TableRoom;
  readonly #sit = element("take-seat", HTMLButtonElement);
  readonly #watch = element("watch", HTMLButtonElement);

  constructor(room: TableRoom, change: (spectate: boolean) => void, signal: AbortSignal) {
    this.#room = room;
    this.#sit.addEventListener("click", () => change(false), { signal });
    this.#watch.addEventListener("click", () => change(true), { signal });
  }

  show(state: TableState, account: string): void {
    const { isSpectator } = this.#room;
    const count = Object.keys(state.players).length;
    const others = count + Object.keys(state.watchers).length - 1;
    const isPlaying = state.phase === "play" && state.order.includes(account);
    // a table that nobody is at for a moment is gone; and who goes while a round is on has lost it
    this.#sit.hidden = !isSpectator || count >= state.maxPlayers || others === 0;
    this.#watch.hidden = isSpectator || isPlaying || others === 0;
    element("watching", HTMLElement).hidden = !isSpectator;
  }
}
