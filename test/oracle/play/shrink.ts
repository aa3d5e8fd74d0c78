import type { Op, Script } from "../script/script.ts";
import { type Complaint, play } from "./play.ts";

export interface Shrunk {
  readonly script: Script;
  readonly complaint: Complaint;
  readonly trials: number;
}

/** Whether two complaints are about the same, whatever the numbers in them. */
function isAlike(a: Complaint, b: Complaint): boolean {
  const kind = ({ message }: Complaint): string => message.replaceAll(/[\d.-]+/g, "#").slice(0, 40);
  return kind(a) === kind(b);
}

/**
 * Cuts a script down while the oracle says the same of it: what comes after the complaint, then clients, then what
 * happens, by halves, quarters and so on (delta debugging).
 */
export async function shrink(
  script: Script,
  complaint: Complaint,
  trialsMax = 300,
): Promise<Shrunk> {
  const search = new Search(script, complaint, trialsMax);
  await search.cutEnd();
  await search.cutList(
    (from) => from.clients,
    (from, clients) => {
      const kept = new Set(clients.map(({ client }) => client));
      const ops = from.ops.filter((op) => !("client" in op) || kept.has(op.client));
      return { ...from, clients, ops };
    },
  );
  await search.cutList<Op>(
    (from) => from.ops,
    (from, ops) => ({ ...from, ops }),
  );
  await search.cutEnd();
  const { trials } = search;
  return { script: search.script, complaint: search.complaint, trials };
}

class Search {
  script: Script;
  complaint: Complaint;
  trials = 0;
  readonly #trialsMax: number;

  constructor(script: Script, complaint: Complaint, trialsMax: number) {
    this.script = script;
    this.complaint = complaint;
    this.#trialsMax = trialsMax;
  }

  /** Nothing that comes after the complaint has a part in it. */
  async cutEnd(): Promise<void> {
    const ticks = Math.min(this.script.ticks, this.complaint.tick);
    const ops = this.script.ops.filter(({ at }) => at <= ticks);
    await this.#try({ ...this.script, ticks, ops });
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
    const { complaint } = await play(script);
    if (complaint === undefined || !isAlike(complaint, this.complaint)) return false;
    this.script = script;
    this.complaint = complaint;
    return true;
  }
}
