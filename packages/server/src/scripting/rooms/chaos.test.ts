import type { Json } from "@realmwright/protocol";
import { sameJson } from "@realmwright/protocol/internal";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ScriptedStage } from "../testing/scripted-stage.ts";

const source = `-- room: chaos
-- players: 8
-- input: add {"by": "uint 1000"}
local room = {}
function room.create(state) state.total, state.here, state.faults = 0, {}, 0 end
function room.join(state, player)
  if state.here[player.account] then state.faults = state.faults + 1 end
  state.here[player.account] = true
  state.private[player.account] = { total = state.total }
end
function room.leave(state, player)
  if not state.here[player.account] then state.faults = state.faults + 1 end
  state.here[player.account] = nil
  state.private[player.account] = nil
end
function room.add(state, player, data)
  state.total = state.total + data.by
  state.private[player.account] = { total = state.total }
end
return realm.room(room)`;

type Step =
  | { readonly do: "join" | "leave" | "add"; readonly who: number }
  | { readonly do: "wait"; readonly ticks: number }
  | { readonly do: "away" | "late" | "back" | "empty" | "returned" | "reload" };

const step = fc.oneof(
  fc.record({ do: fc.constantFrom("join" as const, "leave", "add"), who: fc.nat(3) }),
  fc.record({ do: fc.constant("wait" as const), ticks: fc.integer({ min: 1, max: 14 }) }),
  fc.record({
    do: fc.constantFrom("away" as const, "late", "back", "empty", "returned", "reload"),
  }),
);

/** A room that never ends, people who come and go, and an engine that fails them. */
class Chaos {
  readonly #stage: ScriptedStage;
  /** The newest join of each, by ticket. */
  readonly #tickets = new Map<string, number>();
  /** Numbers of inputs are what they add, so that a sum tells which were done. */
  readonly #sent: number[] = [];
  /** Those that a reload answers when they are sent again, which nobody does here. */
  readonly #forgotten = new Set<number>();

  constructor(stage: ScriptedStage) {
    this.#stage = stage;
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.#join("host");
    await this.#stage.step(4);
    for (const one of steps) await this.#do(one);
    this.#stage.engine.fault = undefined;
    await this.#stage.step(60);
  }

  /** What the script should know. */
  check(): void {
    const { state, bench } = this.#stage;
    expect(bench.room.status).toBe("running");
    const seats = this.#seats();
    const here = Object.fromEntries([...seats.keys()].map((name) => [name, true]));
    expect(state).toMatchObject({ here, faults: 0 });
    expect(Object.keys(state["here"]!)).toHaveLength(seats.size);
    // every join was answered: nobody waits outside
    expect(bench.room.playerCount).toBe(seats.size);
    expect(this.#open.filter((seq) => !this.#forgotten.has(seq))).toEqual([]);
    for (const [name, seat] of seats) {
      const own = this.#stage.own(seat) as { readonly total: number };
      expect(own.total, name).toBeLessThanOrEqual(state["total"] as number);
    }
  }

  /** The sum of what was taken, and of what may have been. */
  sums(): { readonly least: number; readonly most: number } {
    const { answers } = this.#stage;
    const taken = answers.filter(({ code }) => code === undefined).map(({ seq }) => seq);
    const sum = (all: readonly number[]): number => all.reduce((sum, seq) => sum + seq, 0);
    return { least: sum(taken), most: sum(this.#sent) };
  }

  get #open(): readonly number[] {
    const { answers } = this.#stage;
    return this.#sent.filter((seq) => !answers.some((one) => one.seq === seq));
  }

  async #join(name: string): Promise<void> {
    const { bench } = this.#stage;
    this.#tickets.set(name, bench.ask(name));
    await this.#stage.step();
  }

  /** Who was let in. */
  #seats(): Map<string, number> {
    const joined = this.#stage.bench.of("joined");
    return new Map(
      [...this.#tickets].flatMap(([name, ticket]) => {
        const news = joined.find((one) => one.ticket === ticket);
        return news === undefined ? [] : [[name, news.seat]];
      }),
    );
  }

  #mayAsk(name: string): boolean {
    const ticket = this.#tickets.get(name);
    return ticket === undefined || this.#stage.refusal(ticket) !== undefined;
  }

  async #do(one: Step): Promise<void> {
    const { engine, bench } = this.#stage;
    switch (one.do) {
      case "wait":
        return this.#stage.step(one.ticks);
      case "join":
        if (this.#mayAsk(`p${one.who}`)) await this.#join(`p${one.who}`);
        return;
      case "leave": {
        const seat = this.#seats().get(`p${one.who}`);
        if (seat === undefined) return;
        bench.room.leave(seat, { code: "LEFT" });
        this.#tickets.delete(`p${one.who}`);
        return this.#stage.step();
      }
      case "add": {
        const seat = this.#seats().get("host")!;
        this.#sent.push(this.#stage.send(seat, "add", { by: this.#sent.length + 1 }));
        return;
      }
      case "away":
      case "late":
        engine.fault = { code: "HOT_UNAVAILABLE", ...(one.do === "late" ? { late: true } : {}) };
        return;
      case "back":
        engine.fault = undefined;
        return;
      case "empty":
        engine.empty();
        return;
      case "returned":
        this.#stage.returned();
        return;
      case "reload":
        for (const seq of this.#open) this.#forgotten.add(seq);
        await this.#stage.reload({ chaos: source });
    }
  }
}

test("[S-LUA36] [S-LUA38] [S-LUA41] whatever fails, the script knows who is there, and no answer is wrong", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const stage = await ScriptedStage.open({ chaos: source });
      const chaos = new Chaos(stage);
      await chaos.run(steps);
      chaos.check();
      const { least, most } = chaos.sums();
      const total = stage.state["total"] as number;
      expect(total).toBeLessThanOrEqual(most);
      // what was taken is never lost, not even with the engine's memory
      expect(total).toBeGreaterThanOrEqual(least);
      // the room shows what the engine has
      const stored = (await stage.engine.eval("return redis.call('HGETALL', KEYS[1])", [
        "room:arena-1:state",
      ])) as string[];
      for (let i = 0; i < stored.length; i += 2) {
        const [field, text] = [stored[i]!, stored[i + 1]!];
        if (field === "batch" || field.startsWith("private.")) continue;
        expect(sameJson(stage.state[field], JSON.parse(text) as Json), field).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
