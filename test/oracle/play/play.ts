import { SimulatedRealm } from "@realmwright/testkit";
import type { ClientOp, Script } from "../script/script.ts";
import type { Actor } from "./actor.ts";
import { agedRoom } from "./aged-room.ts";
import { Director } from "./director.ts";
import { type Figures, newFigures } from "./figures.ts";
import { oracleGame } from "./oracle-game.ts";
import { SdkClient } from "./sdk-client.ts";
import { ThinClient } from "./thin-client.ts";

/** What the oracle has against a run. */
export interface Complaint {
  readonly message: string;
  /** Number of the client, -1 when it is about none. */
  readonly client: number;
  /** Of the run. */
  readonly tick: number;
  readonly stack: string | undefined;
}

export interface Outcome {
  readonly complaint: Complaint | undefined;
  readonly figures: Figures;
}

/** Limits that a busy test client would reach. */
const limits = {
  messagesPerSecond: 1000,
  messageBurst: 2000,
  inputsPerSecond: 1000,
  joinsPerTenSeconds: 1000,
};

/** Ticks in which everybody catches up. */
const calmTicksMin = 50;

/** Plays a script from its beginning to the first complaint or its end. The same script always comes to the same. */
export async function play(script: Script): Promise<Outcome> {
  const run = new Run(script);
  await run.play();
  return { complaint: run.complaint, figures: run.figures };
}

/** What hangs on promises has happened. */
async function settled(): Promise<void> {
  for (let i = 0; i < 8; i++) await Promise.resolve();
}

class Run {
  readonly figures: Figures = newFigures();
  complaint: Complaint | undefined;
  readonly #script: Script;
  readonly #director: Director;
  readonly #clients = new Map<number, Actor>();
  readonly #ops = new Map<number, ClientOp[]>();
  readonly #later = new Map<number, (() => void)[]>();
  #tick = 0;

  constructor(script: Script) {
    this.#script = script;
    this.#director = new Director(script, this.figures);
    for (const op of script.ops) {
      if ("room" in op && op.do !== "enter" && op.do !== "exit") continue;
      if (!("client" in op)) continue;
      const list = this.#ops.get(op.at) ?? [];
      list.push(op);
      this.#ops.set(op.at, list);
    }
  }

  async play(): Promise<void> {
    const { seed, link, edges, bus, clients, ticks, rooms } = this.#script;
    const game = oracleGame(this.#director);
    const checkpoints = rooms.flatMap(({ name, start }) =>
      start === undefined ? [] : [agedRoom(name, game.rooms[name]!, start, this.#director)],
    );
    const about = { seed, link, edges, limits, checkpoints };
    const realm = await SimulatedRealm.start(game, about);
    Object.assign(realm.bus.conditions, { delayMs: bus.delayMs, jitterMs: bus.jitterMs });
    realm.bus.onFrameLost = (_edge, room) => this.#frameLost(room);
    for (const script of clients) {
      const Kind = script.kind === "sdk" ? SdkClient : ThinClient;
      const actor = new Kind({
        script,
        director: this.#director,
        realm,
        network: realm.network,
        figures: this.figures,
        fail: (error) => this.#fail(error, script.client),
      });
      this.#clients.set(script.client, actor);
    }
    const tickMs = 1000 / rooms[0]!.tickRate;
    realm.clock.advance(5);
    realm.bus.frameLossRate = bus.frameLossRate;
    for (this.#tick = 1; this.#tick <= ticks && this.complaint === undefined; this.#tick++) {
      try {
        this.#act(realm);
        await realm.clock.pass(tickMs, settled);
      } catch (error) {
        this.#fail(error, -1);
      }
      if (realm.errors.length > 0) this.#fail(realm.errors[0], -1);
    }
    if (this.complaint === undefined && this.#isCalm) this.#end();
    this.#director.count();
    realm.stop();
  }

  /** It went on until everybody must have caught up. */
  get #isCalm(): boolean {
    return this.#tick - this.#script.calmFrom >= calmTicksMin;
  }

  #act(realm: SimulatedRealm): void {
    for (const call of this.#later.get(this.#tick) ?? []) call();
    for (const op of this.#ops.get(this.#tick) ?? []) {
      const client = this.#clients.get(op.client);
      if (client !== undefined) this.#do(realm, client, op);
    }
    for (const client of this.#clients.values()) client.tick();
  }

  #do(realm: SimulatedRealm, client: Actor, op: ClientOp): void {
    switch (op.do) {
      case "enter":
        client.enter(op.room, op.spectate);
        return;
      case "exit":
        client.exit(op.room);
        return;
      case "break":
        client.break(op.ticks, op.resumes);
        return;
      case "stall":
        this.figures.stalls++;
        client.stalls(op.ticks);
        realm.network.stall(true, client.conditions);
        this.#after(op.ticks, () => realm.network.stall(false, client.conditions));
        return;
      case "poke":
        client.poke(op.pick, op.refuse);
        return;
      case "walk":
        client.walk(op.dx);
    }
  }

  #after(ticks: number, call: () => void): void {
    const at = this.#tick + Math.max(1, ticks);
    this.#later.set(at, [...(this.#later.get(at) ?? []), call]);
  }

  #frameLost(id: string): void {
    this.figures.framesLost++;
    const room = this.#director.room(id);
    if (room !== undefined) this.#director.stage(room.name).model.lostFrames.push(room.tick);
  }

  /** All is quiet: everyone has the last state, and nothing is owed. */
  #end(): void {
    for (const client of this.#clients.values()) {
      // one whose line is narrow may be behind
      if (!client.isConnected || client.script.bytesPerSecond !== null) continue;
      try {
        for (const stay of client.stays) stay.end();
      } catch (error) {
        this.#fail(error, client.script.client);
      }
    }
  }

  #fail(error: unknown, client: number): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    this.complaint ??= { message, client, tick: this.#tick, stack };
  }
}
