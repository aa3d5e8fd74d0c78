import type { Random } from "@realmwright/core";
import type { Encoding } from "@realmwright/server/internal";
import { Stage } from "../support/stage.ts";
import { Finding, type Outcome, type Target } from "../support/target.ts";
import { Witness } from "./witness.ts";
import { WildClient } from "./wild-client.ts";

const encodings: readonly Encoding[] = ["json", "msgpack", "binary"];
/** Longer than the rooms keep the seats of who has gone. */
const GRACE_MS = 2500;
/** Longer than a server waits for a client that has said nothing. */
const SILENCE_MS = 5500;

/** A whole server and clients that keep no order; beside them one who must not notice. */
export class SessionTarget implements Target {
  readonly name = "session";
  readonly share = 0.05;
  readonly headersMin = 0.2;
  readonly #stage: Stage;
  readonly #witness: Witness;
  /** Calls that wait in the clock when nobody but the witness is there. */
  readonly #waiting: number;

  private constructor(stage: Stage, witness: Witness) {
    this.#stage = stage;
    this.#witness = witness;
    this.#waiting = stage.clock.waiting;
  }

  static async start(seed: number): Promise<SessionTarget> {
    const stage = await Stage.start(seed);
    const witness = new Witness(stage);
    await witness.enter();
    return new SessionTarget(stage, witness);
  }

  /** A few wild clients come, act in turns, and go. */
  async one(random: Random): Promise<Outcome> {
    const stage = this.#stage;
    const clients: WildClient[] = [];
    for (let step = random.integer(20, 60); step > 0; step--) {
      if (clients.length < 4 && random.chance(0.3)) {
        const client = new WildClient(stage, random.pick(encodings));
        // most begin as they should, or nothing would ever happen
        if (random.chance(0.8)) {
          const token = random.pick(["mallory", "trudy", "eve"]);
          client.say({ type: "auth", payload: { token, protocol: 1 } });
          if (random.chance(0.9)) await stage.run(50);
        }
        clients.push(client);
      }
      if (clients.length > 0) random.pick(clients).act(random, clients);
      if (random.chance(0.6)) await stage.run(random.integer(1, 20) * 10);
      for (const client of clients) client.read();
    }
    await this.#aftermath(clients);
    const codes = new Set(clients.flatMap((client) => client.codes));
    return {
      bytes: 0,
      units: clients.reduce((sum, { sent }) => sum + sent, 0),
      headers: clients.reduce(
        (sum, { sent, secret }) => sum + (secret === undefined ? 0 : sent),
        0,
      ),
      reason: undefined,
      also: [...codes],
    };
  }

  replay(): undefined {
    // a session is no row of bytes: its seed and number replay it
  }

  async end(): Promise<void> {
    this.#stage.stop();
    await this.#stage.run(50);
    const { host, edge, errors } = this.#stage;
    const left = `${edge.size} connections, ${host.sessionCount} sessions, ${errors.length} errors`;
    if (left !== "0 connections, 0 sessions, 0 errors") throw new Error(left);
  }

  /** Everyone has been treated properly, and of those who went nothing is left. */
  async #aftermath(clients: readonly WildClient[]): Promise<void> {
    const stage = this.#stage;
    const fail = (problem: string): never => {
      throw new Finding(problem, new Uint8Array(0));
    };
    for (const client of clients) {
      client.read();
      client.leave();
    }
    await stage.run(GRACE_MS);
    for (const client of clients) client.read();
    // who never said a word is found by the clock
    if (stage.edge.size > 1) await stage.run(SILENCE_MS);
    for (const { problem, encoding } of clients) {
      if (problem !== undefined) fail(`a client in ${encoding}: ${problem}`);
    }
    const strange = await this.#witness.look();
    if (strange !== undefined) fail(`the witness: ${strange}`);
    if (stage.errors.length > 0) fail(stage.errors.splice(0).join("\n"));
    const { host, edge, clock } = stage;
    const rooms = host
      .rooms()
      .map(({ name, players, spectators }) => ({ name, players, spectators }));
    const left = {
      connections: edge.size,
      sessions: host.sessionCount,
      kept: host.keptSessionCount,
      open: edge.counters.sessions,
      rooms: rooms.map((room) => `${room.name} ${room.players} ${room.spectators}`).join(),
    };
    const expected = { connections: 1, sessions: 1, kept: 0, open: 1, rooms: "meadow 1 0" };
    for (const [what, count] of Object.entries(expected)) {
      const found = left[what as keyof typeof left];
      if (found !== count) fail(`${what}: ${found} are left, not ${count}`);
    }
    if (clock.waiting > this.#waiting + 2)
      fail(`${clock.waiting} calls wait, ${this.#waiting} did`);
  }
}
