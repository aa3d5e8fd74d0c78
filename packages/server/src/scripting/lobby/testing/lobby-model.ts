import type { Said } from "./lobby-stage.ts";

interface Player {
  readonly color: number;
  readonly joined: number;
  name: string;
  ready: boolean;
  score: number;
  away: boolean;
}

const sizes = { 2: [7, 6], 3: [9, 7], 4: [10, 8] } as const;
/** Steps to the next cell of a line. */
const ways = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
] as const;

/** The rules of a table of the game lobby once more, as simply as they can be told. */
export class LobbyModel {
  readonly players: Map<string, Player> = new Map();
  readonly watchers: Map<string, string> = new Map();
  phase: "waiting" | "play" | "over" = "waiting";
  host: string | undefined;
  maxPlayers = 4;
  /** The accounts of the round; whose turn it is comes first. */
  queue: string[] = [];
  /** From the top left, row by row; 0 is free. */
  cells: number[][] = [];
  winner: string | undefined;
  ended: "left" | "away" | undefined;
  gone: string | undefined;
  late: string | undefined;
  said: Said[] = [];
  #rounds = 0;
  #joins = 0;

  sit(account: string): string {
    if (this.players.has(account)) return "taken";
    if (this.players.size >= this.maxPlayers) return "LOBBY_FULL";
    const colors = new Set([...this.players.values()].map(({ color }) => color));
    const color = [1, 2, 3, 4].find((one) => !colors.has(one))!;
    const joined = ++this.#joins;
    const player = { color, joined, name: account, ready: false, score: 0, away: false };
    this.players.set(account, player);
    this.host ??= account;
    return "taken";
  }

  watch(account: string): string {
    if (!this.watchers.has(account)) this.watchers.set(account, account);
    return "taken";
  }

  leave(account: string, why: "left" | "away"): void {
    const player = this.players.get(account)!;
    this.players.delete(account);
    if (this.host === account) this.host = this.#inOrder()[0];
    if (this.phase !== "play") {
      this.#begin();
      return;
    }
    this.queue = this.queue.filter((one) => one !== account);
    if (this.queue.length > 1) return;
    this.#end(this.queue[0]!);
    this.ended = why;
    this.gone = player.name;
  }

  ready(account: string, on: boolean): string {
    if (this.phase === "play") return "NOT_NOW";
    this.players.get(account)!.ready = on;
    this.#begin();
    return "taken";
  }

  place(account: string, column: number): string {
    if (this.phase !== "play") return "NOT_NOW";
    if (this.queue[0] !== account) return "NOT_YOUR_TURN";
    if (column >= this.cells[0]!.length) return "NO_SUCH_COLUMN";
    const row = this.cells.findLast((cells) => cells[column] === 0);
    if (row === undefined) return "COLUMN_FULL";
    row[column] = this.players.get(account)!.color;
    this.late = undefined;
    if (this.lines().length > 0) this.#end(account);
    else if (this.cells.every((cells) => !cells.includes(0))) this.#end("");
    else this.#pass();
    return "taken";
  }

  /** The time for a move is up. */
  timeUp(): void {
    if (this.phase !== "play") return;
    this.late = this.queue[0];
    this.#pass();
  }

  say(account: string, text: string): string {
    const player = this.players.get(account);
    const name = player?.name ?? this.watchers.get(account);
    if (name === undefined) return "NOT_HERE";
    this.said = [...this.said, { by: account, name, color: player?.color ?? 0, text }].slice(-30);
    return "taken";
  }

  rename(account: string, name: string): string {
    const others = [
      ...[...this.players].map(([of, one]) => [of, one.name] as const),
      ...this.watchers,
    ];
    const isTaken = others.some(
      ([of, other]) => of !== account && other.toLowerCase() === name.toLowerCase(),
    );
    if (isTaken) return "NAME_TAKEN";
    const player = this.players.get(account);
    if (player === undefined && !this.watchers.has(account)) return "NOT_HERE";
    if (player !== undefined) player.name = name;
    if (this.watchers.has(account)) this.watchers.set(account, name);
    return "taken";
  }

  limit(account: string, maxPlayers: number): string {
    if (!this.players.has(account)) return "FORBIDDEN";
    if (this.host !== account) return "NOT_HOST";
    this.maxPlayers = maxPlayers;
    return "taken";
  }

  /** Every four cells in a row that are of one color, by their places. */
  lines(): number[][] {
    const columns = this.cells[0]?.length ?? 0;
    const found: number[][] = [];
    for (const [y, row] of this.cells.entries()) {
      for (const [x, color] of row.entries()) {
        for (const [dx, dy] of ways) {
          const four = [0, 1, 2, 3].map((i) => [x + i * dx, y + i * dy] as const);
          const isLine = color > 0 && four.every(([a, b]) => this.cells[b]?.[a] === color);
          if (isLine) found.push(four.map(([a, b]) => b * columns + a));
        }
      }
    }
    return found;
  }

  #inOrder(): string[] {
    return [...this.players]
      .sort(([, a], [, b]) => a.joined - b.joined)
      .map(([account]) => account);
  }

  #begin(): void {
    const all = [...this.players.values()];
    if (this.phase === "play" || all.length < 2 || !all.every(({ ready }) => ready)) return;
    for (const player of all) player.ready = false;
    const order = this.#inOrder();
    const first = this.#rounds++ % order.length;
    this.queue = [...order.slice(first), ...order.slice(0, first)];
    const [columns, rows] = sizes[order.length as 2 | 3 | 4];
    this.cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));
    this.phase = "play";
    this.winner = this.ended = this.gone = this.late = undefined;
  }

  #pass(): void {
    this.queue.push(this.queue.shift()!);
  }

  #end(winner: string): void {
    this.phase = "over";
    this.winner = winner;
    this.late = undefined;
    const player = this.players.get(winner);
    if (player !== undefined) player.score++;
  }
}
