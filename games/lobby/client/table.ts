import { Board } from "./board.ts";
import { Chat } from "./chat.ts";
import { Floor } from "./floor.ts";
import { element, make, tell, wordsOf } from "./page.ts";
import { People } from "./people.ts";
import { Settings } from "./settings.ts";
import { Place, Ready, readState } from "./table-room.ts";
import type { TableClient, TableRoom, TableState } from "./table-room.ts";

/** One table on the page, from sitting down to standing up. */
export class Table {
  readonly room: TableRoom;
  readonly #client: TableClient;
  readonly #board: Board;
  readonly #floor: Floor;
  readonly #people = new People();
  readonly #settings: Settings;
  readonly #chat: Chat;
  readonly #ended = new AbortController();
  readonly #clock: number;
  #state: TableState;
  /** When the move must be made, on this machine's clock, and the server's word that says so. */
  #turn = { endsMs: 0, word: 0 };

  constructor(client: TableClient, room: TableRoom) {
    this.room = room;
    this.#client = client;
    this.#state = readState(room.document.shared.state);
    const { signal } = this.#ended;
    this.#board = new Board((column) => void this.#place(column), signal);
    this.#floor = new Floor(client, room, signal);
    this.#settings = new Settings(client, room, (error) => this.#tellError(error), signal);
    this.#chat = new Chat(room, signal);
    element("ready", HTMLButtonElement).addEventListener("click", () => void this.#ready(), {
      signal,
    });
    element("copy", HTMLButtonElement).addEventListener("click", () => void this.#copy(), {
      signal,
    });
    room.onDocument("shared", ({ state }) => {
      this.#state = readState(state);
      this.#show();
    });
    tell("table-error", "");
    this.#clock = window.setInterval(() => this.#showPhase(), 250);
    this.#show();
  }

  close(): void {
    this.#ended.abort();
    window.clearInterval(this.#clock);
    this.#floor.close();
  }

  get #own(): TableState["players"][string] | undefined {
    return this.room.isSpectator ? undefined : this.#state.players[this.#account];
  }

  get #account(): string {
    return this.#client.account ?? "";
  }

  async #place(column: number): Promise<void> {
    const { ok, code } = await this.room.send(Place, { column });
    this.#tellError(ok ? undefined : { code });
  }

  async #ready(): Promise<void> {
    const { ok, code } = await this.room.send(Ready, { on: this.#own?.ready !== true });
    this.#tellError(ok ? undefined : { code });
  }

  async #copy(): Promise<void> {
    const button = element("copy", HTMLButtonElement);
    try {
      await navigator.clipboard.writeText(new URL(`#${this.room.id}`, location.href).href);
      button.dataset["copied"] = "true";
      window.setTimeout(() => delete button.dataset["copied"], 1500);
    } catch (error) {
      // pages that are not served safely may not; the code is there to be read
      console.warn(error);
    }
  }

  #tellError(error: unknown): void {
    tell("table-error", error === undefined ? "" : wordsOf(error));
  }

  #show(): void {
    const state = this.#state;
    const account = this.#account;
    const isPlayed = state.phase !== "waiting";
    element("table-title", HTMLElement).textContent = state.name;
    element("copy", HTMLButtonElement).textContent = this.room.id;
    element("board", HTMLElement).hidden = !isPlayed;
    element("floor", HTMLElement).hidden = state.phase === "play";
    element("floor-hint", HTMLElement).hidden = state.phase === "play" || this.#own === undefined;
    element("watching", HTMLElement).hidden = !this.room.isSpectator;
    element("stage", HTMLElement).dataset["phase"] = state.phase;
    const turnOf = state.phase === "play" ? state.order[state.turn - 1] : undefined;
    const isOwnTurn = turnOf === account && !this.room.isSpectator;
    if (isPlayed) this.#board.show(state, isOwnTurn ? (this.#own?.color ?? 0) : 0);
    this.#floor.show(state, this.room.isSpectator ? "" : account);
    this.#people.show(state, account);
    this.#settings.show(state, state.host === account && !this.room.isSpectator);
    this.#chat.know(state);
    const ready = element("ready", HTMLButtonElement);
    ready.hidden = this.#own === undefined || state.phase === "play";
    ready.setAttribute("aria-pressed", String(this.#own?.ready === true));
    ready.textContent = readyText(state, this.#own?.ready === true);
    const word = state.turnEndsMs ?? 0;
    if (word !== this.#turn.word) {
      this.#turn = { word, endsMs: performance.now() + state.turnSeconds * 1000 };
    }
    this.#showPhase();
  }

  #showPhase(): void {
    const state = this.#state;
    const line = element("phase", HTMLElement);
    const account = this.#account;
    const left = Math.max(0, Math.ceil((this.#turn.endsMs - performance.now()) / 1000));
    const turnOf = state.order[state.turn - 1] ?? "";
    const isOwnTurn = turnOf === account && !this.room.isSpectator;
    const who = isOwnTurn ? "Your move" : `${state.players[turnOf]?.name ?? "Somebody"} moves`;
    const late = state.players[state.late ?? ""];
    const lateText = state.late === account ? "Your time was up." : `${late?.name}'s time was up.`;
    const turnText = late === undefined ? who : `${lateText} ${who}`;
    const text = state.phase === "play" ? turnText : restText(state, account);
    line.dataset["own"] = String(state.phase === "play" && isOwnTurn);
    const note = state.note === "" ? [] : [make("span", "note", state.note)];
    const clock = state.phase === "play" ? [make("span", "clock", `${left} s`)] : [];
    const parts = [make("span", "", text), ...clock, ...note];
    const shown = parts.map(({ textContent }) => textContent).join("\n");
    // told again only when it is another text: screen readers read it out
    if (line.dataset["shown"] === shown) return;
    line.dataset["shown"] = shown;
    line.replaceChildren(...parts);
  }
}

function readyText(state: TableState, isReady: boolean): string {
  if (isReady) return "Ready ✓";
  return state.phase === "over" ? "Play again" : "Ready";
}

function restText(state: TableState, account: string): string {
  const { phase, players, winner } = state;
  const all = Object.values(players);
  if (phase === "over") {
    if (winner === account) return `You have won! ${endText(state)}`.trim();
    const name = players[winner ?? ""]?.name;
    return name === undefined ? "Nobody has won." : `${name} has won. ${endText(state)}`.trim();
  }
  if (all.length < 2) return "Waiting for somebody to play with. Send the code!";
  const missing = all.filter(({ ready }) => !ready).length;
  return `Waiting until all are ready: ${missing} to go.`;
}

/** Why a round ended without a line. */
function endText({ ended, gone }: TableState): string {
  if (ended === undefined) return "";
  return ended === "left" ? `${gone} has left.` : `${gone} did not come back in time.`;
}
