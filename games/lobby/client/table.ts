import { Board } from "./board.ts";
import { Chat } from "./chat.ts";
import { Floor } from "./floor.ts";
import { element, make, tell, wordsOf } from "./page.ts";
import { People } from "./people.ts";
import { moveText, phaseText, turnOf, type Viewer } from "./phase-text.ts";
import { Places } from "./places.ts";
import { Settings } from "./settings.ts";
import { Place, Ready, readState } from "./table-room.ts";
import type { TableClient, TableRoom, TableState } from "./table-room.ts";

/** When so much of the time for a move is left, it is read out. */
const warningS = 10;

/** One table on the page, from sitting down to standing up. */
export class Table {
  readonly room: TableRoom;
  readonly #client: TableClient;
  readonly #board: Board;
  readonly #floor: Floor;
  readonly #people = new People();
  readonly #places: Places;
  readonly #settings: Settings;
  readonly #chat: Chat;
  readonly #ended = new AbortController();
  readonly #clock: number;
  #state: TableState;
  /** When the move must be made, on this machine's clock, and the server's word that says so. */
  #turn = { endsMs: 0, word: 0 };

  /** @param change makes a watcher of who plays, and the other way round. */
  constructor(client: TableClient, room: TableRoom, change: (spectate: boolean) => void) {
    this.room = room;
    this.#client = client;
    this.#state = readState(room.document.shared.state);
    const { signal } = this.#ended;
    this.#board = new Board((column) => void this.#place(column), signal);
    this.#floor = new Floor(client, room, signal);
    this.#places = new Places(room, change, signal);
    this.#settings = new Settings(client, room, (error) => this.tellError(error), signal);
    this.#chat = new Chat(client, room, signal);
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

  tellError(error: unknown): void {
    tell("table-error", error === undefined ? "" : wordsOf(error));
  }

  get #own(): TableState["players"][string] | undefined {
    return this.room.isSpectator ? undefined : this.#state.players[this.#viewer.account];
  }

  get #viewer(): Viewer {
    return { account: this.#client.account ?? "", isSpectator: this.room.isSpectator };
  }

  get #isOwnTurn(): boolean {
    const { account, isSpectator } = this.#viewer;
    return !isSpectator && turnOf(this.#state) === account;
  }

  get #isWinner(): boolean {
    return this.#state.winner === this.#viewer.account;
  }

  async #place(column: number): Promise<void> {
    const { ok, code } = await this.room.send(Place, { column });
    this.tellError(ok ? undefined : { code });
  }

  async #ready(): Promise<void> {
    const { ok, code } = await this.room.send(Ready, { on: this.#own?.ready !== true });
    this.tellError(ok ? undefined : { code });
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

  #show(): void {
    const state = this.#state;
    const { account, isSpectator } = this.#viewer;
    const isPlayed = state.phase !== "waiting";
    const own = this.#own;
    element("table-title", HTMLElement).textContent = state.name;
    const copy = element("copy", HTMLButtonElement);
    copy.textContent = this.room.id;
    copy.setAttribute("aria-label", `Copy the link to table ${this.room.id}`);
    element("board", HTMLElement).hidden = !isPlayed;
    element("board-hint", HTMLElement).hidden = state.phase !== "play" || own === undefined;
    element("floor", HTMLElement).hidden = state.phase === "play";
    element("floor-hint", HTMLElement).hidden = state.phase === "play" || own === undefined;
    element("stage", HTMLElement).dataset["phase"] = state.phase;
    if (isPlayed) this.#board.show(state, this.#isOwnTurn ? (own?.color ?? 0) : 0);
    this.#floor.show(state, isSpectator ? "" : account);
    this.#people.show(state, account);
    this.#places.show(state, account);
    this.#settings.show(state, state.host === account && !isSpectator);
    this.#chat.show(state);
    const ready = element("ready", HTMLButtonElement);
    ready.hidden = own === undefined || state.phase === "play";
    ready.setAttribute("aria-pressed", String(own?.ready === true));
    ready.textContent = readyText(state, own?.ready === true);
    const word = state.turnEndsMs ?? 0;
    if (word !== this.#turn.word) {
      this.#turn = { word, endsMs: performance.now() + state.turnSeconds * 1000 };
    }
    this.#showPhase();
  }

  #showPhase(): void {
    const state = this.#state;
    const isPlay = state.phase === "play";
    const text = phaseText(state, this.#viewer);
    const left = Math.max(0, Math.ceil((this.#turn.endsMs - performance.now()) / 1000));
    const line = element("phase", HTMLElement);
    const hasWon = state.phase === "over" && this.#own !== undefined && this.#isWinner;
    line.dataset["own"] = String(this.#isOwnTurn || hasWon);
    const note = state.note === "" ? [] : [make("bdi", "note", state.note)];
    const clock = isPlay ? [make("span", "clock", `${left} s`)] : [];
    replace(line, [make("span", "", text), ...clock, ...note]);
    // the clock is not read out each second
    const isLate = this.#isOwnTurn && left <= warningS && left > 0;
    const news = [isLate ? `${warningS} seconds left.` : moveText(state), text, state.note];
    replace(element("told", HTMLElement), [make("span", "", news.join(" ").trim())]);
  }
}

/** Changes a line only to another text: screen readers read it out. */
function replace(line: HTMLElement, parts: readonly HTMLElement[]): void {
  const shown = parts.map(({ textContent }) => textContent).join("\n");
  if (line.dataset["shown"] === shown) return;
  line.dataset["shown"] = shown;
  line.replaceChildren(...parts);
}

function readyText(state: TableState, isReady: boolean): string {
  if (isReady) return "Ready ✓";
  return state.phase === "over" ? "Play again" : "Ready";
}
