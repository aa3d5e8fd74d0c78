import type { ClientScript, Op, RoomScript, Script } from "../script/script.ts";
import type { Complaint, Outcome } from "./play.ts";

export interface Shrunk {
  readonly script: Script;
  readonly complaint: Complaint;
  readonly trials: number;
}

export type PlayScript = (script: Script) => Promise<Outcome>;

/** Whether two complaints are about the same, whatever the numbers in them. */
function isAlike(a: Complaint, b: Complaint): boolean {
  const kind = ({ message }: Complaint): string => message.replaceAll(/[\d.-]+/g, "#").slice(0, 40);
  return kind(a) === kind(b);
}

/**
 * Cuts a script down while the oracle says the same of it: what comes after the complaint, then clients, kinds of
 * happenings, and single ones by halves, quarters and so on (delta debugging), then whatever is out of the ordinary.
 */
export async function shrink(
  script: Script,
  complaint: Complaint,
  play: PlayScript,
  trialsMax = 300,
): Promise<Shrunk> {
  const search = new Search(script, complaint, play, trialsMax);
  await search.cutEnd();
  await search.cutClients();
  await search.cutKinds();
  await search.cutList<Op>(
    (from) => from.ops,
    (from, ops) => ({ ...from, ops }),
  );
  await search.cutEnd();
  await search.cutClients();
  for (const plain of plainer) await search.change(plain);
  const { trials } = search;
  return { script: search.script, complaint: search.complaint, trials };
}

class Search {
  script: Script;
  complaint: Complaint;
  trials = 0;
  readonly #play: PlayScript;
  readonly #trialsMax: number;

  constructor(script: Script, complaint: Complaint, play: PlayScript, trialsMax: number) {
    this.script = script;
    this.complaint = complaint;
    this.#play = play;
    this.#trialsMax = trialsMax;
  }

  /** Nothing that comes after the complaint has a part in it. */
  async cutEnd(): Promise<void> {
    const ticks = Math.min(this.script.ticks, this.complaint.tick);
    const ops = this.script.ops.filter(({ at }) => at <= ticks);
    await this.#try({ ...this.script, ticks, ops });
  }

  /** Clients, and what happens to them. */
  async cutClients(): Promise<void> {
    await this.cutList(
      (from) => from.clients,
      (from, clients) => {
        const kept = new Set(clients.map(({ client }) => client));
        const ops = from.ops.filter((op) => !("client" in op) || kept.has(op.client));
        return { ...from, clients, ops };
      },
    );
  }

  /** All that is of one kind, at once. */
  async cutKinds(): Promise<void> {
    for (const kind of new Set(this.script.ops.map((op) => op.do))) {
      await this.change((from) => ({ ...from, ops: from.ops.filter((op) => op.do !== kind) }));
    }
  }

  async change(by: (script: Script) => Script): Promise<void> {
    if (this.trials < this.#trialsMax) await this.#try(by(this.script));
  }

  async cutList<T>(
    listOf: (script: Script) => readonly T[],
    cut: (script: Script, list: readonly T[]) => Script,
  ): Promise<void> {
    let parts = 2;
    for (;;) {
      const list = listOf(this.script);
      const size = Math.ceil(list.length / parts);
      let isSmaller = false;
      for (let at = 0; at < list.length && this.trials < this.#trialsMax; at += size) {
        const now = listOf(this.script);
        // what is left of the part, whatever went before it
        const part = new Set(list.slice(at, at + size));
        const rest = now.filter((one) => !part.has(one));
        if (rest.length < now.length && (await this.#try(cut(this.script, rest)))) isSmaller = true;
      }
      const length = listOf(this.script).length;
      if (this.trials >= this.#trialsMax || length === 0) return;
      if (size <= 1 && !isSmaller) return;
      parts = isSmaller ? Math.max(2, Math.min(parts, length)) : Math.min(parts * 2, length);
    }
  }

  async #try(script: Script): Promise<boolean> {
    this.trials++;
    const { complaint } = await this.#play(script);
    if (complaint === undefined || !isAlike(complaint, this.complaint)) return false;
    this.script = script;
    this.complaint = complaint;
    return true;
  }
}

const eachClient = (script: Script, change: Partial<ClientScript>): Script => ({
  ...script,
  clients: script.clients.map((client) => ({ ...client, ...change })),
});

function young(room: RoomScript): RoomScript {
  const { start: _, ...rest } = room;
  return rest;
}

/** What may be out of the ordinary in a script, taken out of it. */
const plainer: readonly ((script: Script) => Script)[] = [
  (script) => ({ ...script, link: "local", edges: 1 }),
  (script) => ({ ...script, bus: { ...script.bus, delayMs: 0, jitterMs: 0 } }),
  (script) => ({ ...script, bus: { ...script.bus, frameLossRate: 0 } }),
  (script) => ({ ...script, rooms: script.rooms.map(young) }),
  (script) => ({
    ...script,
    rooms: script.rooms.map((room) => ({ ...room, sendRate: room.tickRate })),
  }),
  (script) => eachClient(script, { lossRate: 0, jitterMs: 0 }),
  (script) => eachClient(script, { bytesPerSecond: null }),
  (script) => eachClient(script, { delayMs: 0 }),
  (script) => eachClient(script, { acknowledges: true }),
  (script) => eachClient(script, { kind: "thin" }),
  (script) => eachClient(script, { encoding: "json" }),
];
