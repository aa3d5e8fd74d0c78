import { element, tell } from "./page.ts";
import type { TableClient, TableRoom, TableState } from "./table-room.ts";

/** For so long it is told that the settings are saved. */
const savedMs = 4000;

/** What the host may change, by update_state.lua. */
export class Settings {
  readonly #client: TableClient;
  readonly #room: TableRoom;
  readonly #failed: (error: unknown) => void;
  readonly #root = element("settings", HTMLDetailsElement);
  readonly #name = element("set-name", HTMLInputElement);
  readonly #note = element("set-note", HTMLInputElement);
  readonly #players = element("set-players", HTMLSelectElement);
  readonly #seconds = element("set-seconds", HTMLInputElement);
  /** Something in it has been changed, and is not saved. */
  #isEdited = false;
  #savedTimer = 0;

  constructor(
    client: TableClient,
    room: TableRoom,
    failed: (error: unknown) => void,
    signal: AbortSignal,
  ) {
    this.#client = client;
    this.#room = room;
    this.#failed = failed;
    this.#root.open = false;
    const form = element("settings-form", HTMLFormElement);
    form.addEventListener("submit", (event) => void this.#save(event), { signal });
    form.addEventListener("input", () => (this.#isEdited = true), { signal });
    tell("saved", "");
  }

  show(state: TableState, isHost: boolean): void {
    this.#root.hidden = !isHost;
    const count = Object.keys(state.players).length;
    for (const option of this.#players.options) option.disabled = Number(option.value) < count;
    if (this.#isEdited) return;
    this.#name.value = state.name;
    this.#note.value = state.note;
    this.#players.value = String(state.maxPlayers);
    this.#seconds.value = String(state.turnSeconds);
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault();
    const set = {
      name: this.#name.value,
      note: this.#note.value,
      maxPlayers: Number(this.#players.value),
      turnSeconds: Number(this.#seconds.value),
    };
    try {
      await this.#client.rpc("update_state", { room: this.#room.id, set });
      this.#failed(undefined);
      this.#isEdited = false;
      this.#root.open = false;
      tell("saved", "Saved ✓");
      window.clearTimeout(this.#savedTimer);
      this.#savedTimer = window.setTimeout(() => tell("saved", ""), savedMs);
    } catch (error) {
      this.#failed(error);
    }
  }
}
