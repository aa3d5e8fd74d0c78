import { element, make } from "./page.ts";
import { floor, type TableClient, type TableRoom, type TableState } from "./table-room.ts";

/** A little slower than move_player.lua allows. */
const unitsPerSecond = 27;
const sendMs = 120;

interface Point {
  x: number;
  y: number;
}

/** Where tokens walk about while nobody plays: click, or use the arrow keys. */
export class Floor {
  readonly #root = element("floor", HTMLElement);
  readonly #client: TableClient;
  readonly #room: TableRoom;
  readonly #tokens = new Map<string, HTMLElement>();
  readonly #held = new Set<string>();
  readonly #timer: number;
  #account = "";
  /** Where the own token is on this page, where it goes, and what the server has been told. */
  #at: Point | undefined;
  #goal: Point | undefined;
  #isAsking = false;

  constructor(client: TableClient, room: TableRoom, signal: AbortSignal) {
    this.#client = client;
    this.#room = room;
    this.#root.replaceChildren();
    const point = (event: PointerEvent): void => {
      if (event.buttons === 0 && event.type === "pointermove") return;
      const { left, top, width, height } = this.#root.getBoundingClientRect();
      this.#goal = {
        x: ((event.clientX - left) / width) * floor.width,
        y: ((event.clientY - top) / height) * floor.height,
      };
    };
    this.#root.addEventListener("pointerdown", point, { signal });
    this.#root.addEventListener("pointermove", point, { signal });
    this.#root.addEventListener("keydown", (event) => this.#key(event, true), { signal });
    this.#root.addEventListener("keyup", (event) => this.#key(event, false), { signal });
    this.#root.addEventListener("blur", () => this.#held.clear(), { signal });
    this.#timer = window.setInterval(() => void this.#walk(), sendMs);
  }

  close(): void {
    window.clearInterval(this.#timer);
  }

  /** @param account whose token one moves; "" for none. */
  show(state: TableState, account: string): void {
    this.#account = state.phase === "play" ? "" : account;
    for (const [id, { name, color, ready }] of Object.entries(state.players)) {
      let token = this.#tokens.get(id);
      if (token === undefined) {
        token = make("div", "token");
        token.append(make("i", "disc"), make("bdi", "", name));
        this.#tokens.set(id, token);
        this.#root.append(token);
      }
      token.lastElementChild!.textContent = name;
      token.dataset["color"] = String(color);
      token.classList.toggle("ready", ready);
      const at = state.tokens.get(id) ?? { x: color * 20, y: floor.height / 2 };
      if (id !== account || this.#at === undefined) place(token, at);
      if (id === account) this.#at ??= { ...at };
    }
    for (const [id, token] of this.#tokens) {
      if (id in state.players) continue;
      token.remove();
      this.#tokens.delete(id);
    }
  }

  #key(event: KeyboardEvent, isDown: boolean): void {
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    if (isDown) this.#held.add(event.key);
    else this.#held.delete(event.key);
  }

  /** One step of the own token; the server says whether it could be. */
  async #walk(): Promise<void> {
    const at = this.#at;
    const token = this.#tokens.get(this.#account);
    const goal = this.#goalNow(at);
    if (at === undefined || token === undefined || goal === undefined || this.#isAsking) return;
    const reach = (unitsPerSecond * sendMs) / 1000;
    const distance = Math.hypot(goal.x - at.x, goal.y - at.y);
    const part = distance <= reach ? 1 : reach / distance;
    const next = { x: at.x + (goal.x - at.x) * part, y: at.y + (goal.y - at.y) * part };
    if (part === 1) this.#goal = undefined;
    this.#at = next;
    place(token, next);
    this.#isAsking = true;
    try {
      const args = { room: this.#room.id, ...next };
      const answer = (await this.#client.rpc("move_player", args)) as Point & { accepted: boolean };
      if (!answer.accepted) {
        this.#at = { x: answer.x, y: answer.y };
        place(token, this.#at);
      }
    } catch (error) {
      this.#goal = undefined;
      console.warn(error);
    } finally {
      this.#isAsking = false;
    }
  }

  #goalNow(at: Point | undefined): Point | undefined {
    if (at === undefined || this.#held.size === 0) return this.#goal;
    const by = (less: string, more: string): number =>
      (this.#held.has(more) ? 10 : 0) - (this.#held.has(less) ? 10 : 0);
    return {
      x: Math.min(floor.width, Math.max(0, at.x + by("ArrowLeft", "ArrowRight"))),
      y: Math.min(floor.height, Math.max(0, at.y + by("ArrowUp", "ArrowDown"))),
    };
  }
}

function place(token: HTMLElement, { x, y }: Point): void {
  token.style.left = `${(x / floor.width) * 100}%`;
  token.style.top = `${(y / floor.height) * 100}%`;
}
