import { isDeepStrictEqual } from "node:util";
import { piece } from "../../packages/server/src/services/objects/testing/kill-work.ts";
import { HttpLine, requestOf, type Answer } from "../backend/http-line.ts";
import { backendScript, type BackendSettings } from "../backend/settings.ts";
import { withChildren, type Child } from "../children.ts";

/** Each has one write under way at any time. */
const WRITERS = 12;
/** The server is killed when it has acknowledged from one to so many. */
const ACKNOWLEDGED_MAX = 150;
const PAGE = 100;
const secret = "a secret of the proof's own, 32 bytes long!";

export interface KillOptions {
  /** Of the database. */
  readonly url: string;
  readonly runs: number;
  /** From 0 to below 1. */
  readonly random?: () => number;
  readonly told?: (round: number, sums: KillSums) => void;
}

/** What came to pass in all rounds together. */
export interface KillSums {
  readonly rounds: number;
  /** Writes under way when the server was killed: the fewest of any round. */
  readonly leastUnderWay: number;
  readonly acknowledged: number;
  /** Writes that were never answered, and those of them that were found done. */
  readonly unheard: number;
  readonly unheardDone: number;
}

/**
 * Kills our server while clients write over HTTP, starts it again on the same database and compares: every acknowledged write is
 * there, none is done by half, and a retry with the same key does nothing twice. Rejects with what was found otherwise.
 */
export async function proveKill({
  url,
  runs,
  random = Math.random,
  told,
}: KillOptions): Promise<KillSums> {
  return await withChildren(async (start) => {
    const launch = async (): Promise<Running> => {
      const about: BackendSettings = { url, secret };
      const child = start(backendScript, about);
      const { port } = await child.answer<{ port: number }>("listening");
      return { child, port };
    };
    let running = await launch();
    let sums: KillSums = {
      rounds: 0,
      leastUnderWay: Infinity,
      acknowledged: 0,
      unheard: 0,
      unheardDone: 0,
    };
    for (let round = 1; round <= runs; round++) {
      const { port } = running;
      const writers = await Promise.all(Array.from({ length: WRITERS }, () => Writer.enter(port)));
      const goal = 1 + Math.floor(random() * ACKNOWLEDGED_MAX);
      const underWay = await writeUntilKilled(running.child, writers, goal);
      running = await launch();
      let done = 0;
      for (const [number, writer] of writers.entries()) {
        const where = `round ${round}, killed after ${goal} acknowledged writes, writer ${number}`;
        if (await writer.compare(running.port, where)) done++;
      }
      sums = {
        rounds: round,
        leastUnderWay: Math.min(sums.leastUnderWay, underWay),
        acknowledged:
          sums.acknowledged + writers.reduce((sum, { answers }) => sum + answers.length, 0),
        unheard: sums.unheard + writers.length,
        unheardDone: sums.unheardDone + done,
      };
      told?.(round, sums);
    }
    return sums;
  });
}

interface Running {
  readonly child: Child;
  readonly port: number;
}

/** Answers how many writes were under way at the kill. */
async function writeUntilKilled(
  server: Child,
  writers: readonly Writer[],
  goal: number,
): Promise<number> {
  let underWay = 0;
  let killed: Promise<void> | undefined;
  let acknowledged = 0;
  const writeOn = async (writer: Writer): Promise<void> => {
    for (;;) {
      const answer = writer.writeNext();
      if (acknowledged >= goal) {
        underWay ||= writers.filter(({ isWaiting }) => isWaiting).length;
        killed ??= server.end();
      }
      if (!(await answer)) return;
      acknowledged++;
    }
  };
  await Promise.all(writers.map((writer) => writeOn(writer)));
  await killed;
  return underWay;
}

/** A player whose n-th write makes two objects that must not be there yet, and has a counter say n. */
class Writer {
  /** What was answered to the first write, the second, … */
  readonly answers: unknown[] = [];
  isWaiting = false;
  readonly #token: string;
  readonly #account: string;
  #line: HttpLine;

  private constructor(line: HttpLine, login: { token: string; account: string }) {
    this.#line = line;
    this.#token = login.token;
    this.#account = login.account;
  }

  static async enter(port: number): Promise<Writer> {
    const line = await HttpLine.open(port);
    const login = requestOf({ method: "POST", path: "/v1/guests", body: "{}" });
    return new Writer(line, good(await line.ask(login)) as { token: string; account: string });
  }

  /** Writes once more, as often as the store is busy. False: the server is gone. Rejects with any other refusal. */
  async writeNext(): Promise<boolean> {
    for (;;) {
      this.isWaiting = true;
      try {
        const answer = await this.#write(this.answers.length + 1);
        if (isBusy(answer)) continue;
        this.answers.push(good(answer));
        return true;
      } catch (error) {
        if (this.#line.isOpen) throw error;
        return false;
      } finally {
        this.isWaiting = false;
      }
    }
  }

  /** Compares what is there with what was acknowledged, then asks for all of it again. True: more was done than was heard of. */
  async compare(port: number, where: string): Promise<boolean> {
    this.#line = await HttpLine.open(port);
    const seen = this.answers.length;
    const before = await this.#numbersIn("left");
    const isMore = before.length > seen;
    must(before, upTo(isMore ? seen + 1 : seen), `${where}: what was acknowledged`);
    must(await this.#numbersIn("right"), before, `${where}: the other half`);
    must(await this.#numbersIn("counter"), before.slice(-1), `${where}: the counter`);
    for (const n of upTo(seen + 1)) {
      let answer = await this.#write(n);
      while (isBusy(answer)) answer = await this.#write(n);
      // whoever heard nothing asks again, and so does one that has forgotten the answer
      if (n <= seen) must(good(answer), this.answers[n - 1], `${where}: write ${n} again`);
    }
    for (const collection of ["left", "right"]) {
      must(await this.#numbersIn(collection), upTo(seen + 1), `${where}: ${collection}, after all`);
    }
    must(await this.#numbersIn("counter"), [seen + 1], `${where}: the counter, after all`);
    this.#line.close();
    return isMore;
  }

  #write(n: number): Promise<Answer> {
    const account = this.#account;
    const by = { account, name: "writer", role: "player", isGuest: true, session: "" } as const;
    return this.#ask("POST", "/v1/objects", `key-${n}`, { operations: piece(by, n) });
  }

  /** Numbers that the objects of a collection say, lowest first. */
  async #numbersIn(collection: string): Promise<number[]> {
    const numbers: number[] = [];
    let cursor: string | undefined;
    do {
      const more = cursor === undefined ? "" : `&cursor=${cursor}`;
      const path = `/v1/objects/me/${collection}?count=${PAGE}${more}`;
      const page = good(await this.#ask("GET", path)) as {
        readonly objects: readonly { readonly value: { readonly n: number } }[];
        readonly cursor?: string;
      };
      numbers.push(...page.objects.map(({ value }) => value.n));
      ({ cursor } = page);
    } while (cursor !== undefined);
    return numbers.toSorted((a, b) => a - b);
  }

  #ask(method: string, path: string, key?: string, body?: object): Promise<Answer> {
    return this.#line.ask(
      requestOf({
        method,
        path,
        token: this.#token,
        ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  }
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

function isBusy({ status, retryAfter }: Answer): boolean {
  return status === 503 && retryAfter !== undefined;
}

function good({ status, text }: Answer): unknown {
  if (status !== 200) throw new Error(`refused with ${status}: ${text}`);
  return JSON.parse(text);
}

function must(found: unknown, wanted: unknown, where: string): void {
  if (isDeepStrictEqual(found, wanted)) return;
  throw new Error(`${where}: ${JSON.stringify(found)} is there, not ${JSON.stringify(wanted)}`);
}
