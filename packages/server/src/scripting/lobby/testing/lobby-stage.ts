import { readdirSync, readFileSync } from "node:fs";
import type { Json, RealmError } from "@realmwright/protocol";
import { ScriptedStage } from "../../testing/scripted-stage.ts";

const folder = new URL("../../../../../../games/lobby/scripts/", import.meta.url);
const files = Object.fromEntries(
  readdirSync(folder).map((name) => [
    name.replace(".lua", ""),
    readFileSync(new URL(name, folder), "utf8"),
  ]),
);

/** A player as the table shows it. */
export interface Seated {
  readonly name: string;
  readonly color: number;
  readonly ready: boolean;
  readonly score: number;
  readonly away?: true;
}

export interface Said {
  readonly by: string;
  readonly name: string;
  readonly color: number;
  readonly text: string;
}

/** What all at a table see. */
export interface Seen {
  readonly name: string;
  readonly phase: "waiting" | "play" | "over";
  readonly host?: string;
  readonly players: Readonly<Record<string, Seated>>;
  readonly watchers: Readonly<Record<string, string>>;
  readonly order?: readonly string[];
  readonly turn?: number;
  readonly board?: string;
  readonly columns?: number;
  readonly winner?: string;
  readonly line?: readonly number[];
  readonly ended?: string;
  readonly gone?: string;
  readonly late?: string;
  readonly maxPlayers: number;
}

/** One table of the game lobby in virtual time, and people who do things at it, by their accounts. */
export class LobbyStage {
  readonly stage: ScriptedStage;
  /** Seats of players and of watchers, by account. */
  readonly players: Map<string, number> = new Map();
  readonly watchers: Map<string, number> = new Map();

  private constructor(stage: ScriptedStage) {
    this.stage = stage;
  }

  static async open(): Promise<LobbyStage> {
    return new LobbyStage(await ScriptedStage.open(files));
  }

  get seen(): Seen {
    return this.stage.state as unknown as Seen;
  }

  /** What is kept of the chat, the oldest line first. */
  get said(): readonly Said[] {
    const lines = Object.entries(this.stage.state).filter(([field]) => field.startsWith("chat:"));
    return lines
      .sort(([a], [b]) => Number(a.slice(5)) - Number(b.slice(5)))
      .map(([, line]) => line as unknown as Said);
  }

  /** Asks for a place. Answers "taken", or why there is none. */
  async come(account: string, spectate = false, name = account): Promise<string> {
    const answer = await this.stage.askIn(account, { spectate, name });
    if (answer !== "taken") return answer;
    const { seat } = this.stage.bench.of("joined").at(-1)!;
    (spectate ? this.watchers : this.players).set(account, seat);
    await this.stage.step(2);
    return answer;
  }

  async leave(account: string, spectate = false): Promise<void> {
    const places = spectate ? this.watchers : this.players;
    this.stage.bench.room.leave(places.get(account)!, { code: "LEFT" });
    places.delete(account);
    await this.stage.step(4);
  }

  async drop(account: string): Promise<void> {
    this.stage.bench.room.drop(this.players.get(account)!);
    await this.stage.step(4);
  }

  async reconnect(account: string): Promise<void> {
    this.stage.bench.room.reconnect(this.players.get(account)!);
    await this.stage.step(4);
  }

  /** Until the seats of all who are away are given up. */
  async lapse(): Promise<void> {
    const away = Object.entries(this.seen.players).filter(([, { away }]) => away === true);
    await this.stage.step(310);
    for (const [account] of away) this.players.delete(account);
  }

  /** Sends an input as whatever the account is here. Answers "taken", or the code of the refusal, or "open" for none. */
  async act(account: string, name: string, data: object): Promise<string> {
    const seat = this.players.get(account) ?? this.watchers.get(account);
    const answer = await this.stage.ask(seat ?? 199, name, data);
    await this.stage.step(2);
    return answer;
  }

  /** Calls a script. Answers "taken", or the code of the refusal. */
  async call(account: string, script: string, args: Record<string, Json>): Promise<string> {
    let answer = "taken";
    try {
      await this.stage.rpc(script, { room: "arena-1", ...args }, account);
    } catch (error) {
      const { code, refusal } = error as RealmError;
      answer = refusal?.code ?? code;
    }
    await this.stage.step(2);
    return answer;
  }
}
