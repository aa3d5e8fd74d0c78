import type { Json } from "@realmwright/protocol";
import { VirtualClock } from "@realmwright/core/internal";
import { createMemoryHot } from "../../hot/memory/memory-hot.ts";
import { checkpoint, restore } from "../../room/room-checkpoint.ts";
import { planRoom } from "../../room/room-plan.ts";
import { limitValues } from "../../session/limit-values.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { RoomBench } from "../../testing/room-bench.ts";
import { GameScripts } from "../game/game-scripts.ts";
import { ScriptedRooms } from "../rooms/scripted-rooms.ts";
import { DirectEngine } from "./direct-engine.ts";

interface Answer {
  readonly seq: number;
  readonly code: string | undefined;
  readonly text: string | undefined;
}

/** One scripted room in virtual time, with Lua in the same thread. */
export class ScriptedStage {
  readonly clock: VirtualClock = new VirtualClock();
  readonly log: RecordedLog = new RecordedLog();
  readonly engine: DirectEngine = new DirectEngine(() => this.clock.wallMs());
  readonly hot: ReturnType<typeof createMemoryHot> = createMemoryHot(this);
  readonly scripts: GameScripts = new GameScripts({
    engine: this.engine,
    hot: this.hot,
    clock: this.clock,
    random: (length) => new Uint8Array(length).fill(7),
    log: this.log,
    game: "test",
    limits: limitValues(),
    rooms: () => ({
      open: () => undefined,
      isMember: (account) => this.bench.room.isMember(account),
    }),
  });
  readonly rooms: ScriptedRooms;
  readonly answers: Answer[] = [];
  /** Rooms that listen for patches. */
  listeners = 0;
  bench!: RoomBench;
  #isMute = false;
  #returned: (() => void) | undefined;
  #seq = 0;

  private constructor() {
    const { scripts, log } = this;
    const onReturn = (listener: (news: { empty: boolean }) => void): (() => void) => {
      this.#returned = () => listener({ empty: true });
      return () => (this.#returned = undefined);
    };
    const call: GameScripts["call"] = (...call) => scripts.call(...call);
    const doors: Pick<GameScripts, "rooms" | "hold" | "subscribe"> = {
      rooms: () => scripts.rooms(),
      hold: (name) => scripts.hold(name),
      subscribe: async (channel, listener) => {
        const stop = await scripts.subscribe(channel, (patch) => {
          if (!this.#isMute) listener(patch);
        });
        this.listeners++;
        return async () => {
          this.listeners--;
          await stop();
        };
      },
    };
    this.rooms = new ScriptedRooms({ scripts: { ...doors, call, onReturn }, log, game: "test" });
  }

  /** Loads the scripts, opens a room of the one that is a room, and lets it create its state. */
  static async open(files: Readonly<Record<string, string>>): Promise<ScriptedStage> {
    const stage = new ScriptedStage();
    const problems = await stage.scripts.load(new Map(Object.entries(files)));
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    stage.bench = new RoomBench(Object.values(stage.rooms.whole(undefined).rooms)[0]!);
    return stage;
  }

  get state(): Record<string, Json> {
    return (this.bench.room.state.shared.value as { state: Record<string, Json> }).state;
  }

  /** What one seat alone sees. */
  own(seat: number): Json {
    return (this.bench.room.state.seats.get(seat)!.synced.value as { state: Json }).state;
  }

  /** Ticks, with everything between them that hangs on promises. */
  async step(ticks = 1): Promise<void> {
    for (let i = 0; i < ticks; i++) {
      this.clock.advance(1000 / this.bench.plan.rates.tickRate);
      this.bench.step();
      for (const { seq, code, text } of this.bench.frame?.confirms ?? [])
        this.answers.push({ seq, code, text });
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    }
  }

  async join(account: string, more: Parameters<RoomBench["ask"]>[1] = {}): Promise<number> {
    const ticket = this.bench.ask(account, more);
    await this.step(4);
    const joined = this.bench.of("joined").find((one) => one.ticket === ticket);
    if (joined !== undefined) return joined.seat;
    throw new Error(`${account} could not join`, { cause: this.refusal(ticket) });
  }

  /** Asks to join, and answers with what: "taken" when it was let in, "open" when nothing came in so many ticks. */
  async askIn(
    account: string,
    more: Parameters<RoomBench["ask"]>[1] = {},
    ticks = 6,
  ): Promise<string> {
    const ticket = this.bench.ask(account, more);
    await this.step(ticks);
    if (this.bench.of("joined").some((one) => one.ticket === ticket)) return "taken";
    return this.refusal(ticket) ?? "open";
  }

  refusal(ticket: number): string | undefined {
    return this.bench.of("refused").find((one) => one.ticket === ticket)?.error.code;
  }

  /** Sends an input; answers its number. */
  send(seat: number, name: string, data: object): number {
    this.bench.input(seat, ++this.#seq, name, data);
    return this.#seq;
  }

  /** Sends an input and answers with what; "taken" when it was taken, "open" when nothing came in ten ticks. */
  async ask(seat: number, name: string, data: object): Promise<string> {
    const seq = this.send(seat, name, data);
    for (let i = 0; i < 10; i++) {
      await this.step();
      const answer = this.answers.find((one) => one.seq === seq);
      if (answer !== undefined) return answer.code ?? "taken";
    }
    return "open";
  }

  /** A script of the game's, called as a player would. */
  rpc(script: string, args: Record<string, Json>, account = "ann"): Promise<unknown> {
    const subject = { account, name: account, role: "player", isGuest: false } as const;
    return this.scripts.run({ subject, script, args } as Parameters<GameScripts["run"]>[0]);
  }

  /** From here on patches are lost on their way. */
  muteChannels(): void {
    this.#isMute = true;
  }

  /** Rooms are to be told when the hot state is back. */
  get isTold(): boolean {
    return this.#returned !== undefined;
  }

  /** The hot state is back, and messages were lost. */
  returned(): void {
    this.#returned?.();
  }

  /** The game is loaded anew: the room goes on from its checkpoint, under what the scripts are now. */
  async reload(files: Readonly<Record<string, string>>): Promise<void> {
    await this.scripts.load(new Map(Object.entries(files)));
    const { bench } = this;
    const definition = Object.values(this.rooms.whole(undefined).rooms)[0]!;
    const plan = planRoom("arena", definition, undefined);
    const { log, metrics } = bench;
    const next = restore(checkpoint(bench.room), { plan, seed: 0, log, metrics });
    bench.room.handOver(next);
    bench.room = next;
  }
}
