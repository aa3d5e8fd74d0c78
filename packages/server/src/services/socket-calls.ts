import { limits, RealmError, type ErrorCode, type ErrorPayload } from "@realmwright/protocol";
import { fitsMessage, utf8Length } from "@realmwright/protocol/internal";
import type { Subject } from "../auth/subject.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { LimitValues } from "../session/limit-values.ts";
import type { SessionIdentity } from "../session/session-state.ts";
import { cutText, invalidInput } from "./checked-input.ts";
import { FairTurns } from "./fair-turns.ts";
import type { OperationDesk } from "./operation-desk.ts";

/** What the client of an open session asks for. Plain data: it crosses threads. */
export interface SocketCall {
  readonly identity: SessionIdentity;
  /** IP address of the client. */
  readonly address: string;
  readonly operation: string;
  /** JSON. */
  readonly input: unknown;
  readonly key?: string;
}

/** What becomes of it: the output as JSON text, or the error that the client is told. */
export type CallOutcome = { readonly output: string } | { readonly error: ErrorPayload };

/** Who runs operations for the sessions of an edge. */
export interface Caller {
  /**
   * Runs it when its turn has come and calls `answered` once, later, unless it was ended before. Answers what ends it:
   * its answer has been taken, or nobody waits for one. Never throws.
   */
  call(call: SocketCall, answered: (outcome: CallOutcome) => void): () => void;
}

export interface SocketCallsOptions {
  readonly desk: OperationDesk;
  /** Who holds a session, as of now. Rejects when its login has ended. */
  readonly subjectOf: (identity: SessionIdentity) => Promise<Subject>;
  readonly limits: Pick<
    LimitValues,
    "openCallsPerNode" | "openCallsPerAccount" | "callAnswerBytes" | "callAnswerBytesPerNode"
  >;
  readonly clock: Clock;
  readonly log: Log;
}

interface OpenCall {
  readonly call: SocketCall;
  readonly answered: (outcome: CallOutcome) => void;
  isRunning: boolean;
  isEnded: boolean;
  /** Of its answer. */
  bytes: number;
}

/**
 * Runs operations for sessions, as HTTP does for requests, in turns that are fair to accounts. A call counts from when
 * it is asked for until its answer has been taken.
 */
export class SocketCalls implements Caller {
  readonly #options: SocketCallsOptions;
  readonly #turns: FairTurns;
  readonly #openOf = new Map<string, number>();
  #open = 0;
  #running = 0;
  #bytes = 0;

  constructor(options: SocketCallsOptions) {
    this.#options = options;
    this.#turns = new FairTurns(options.clock);
  }

  /** Calls that wait, run, or have an answer that nobody has taken. */
  get open(): number {
    return this.#open;
  }

  /** Bytes of the answers that nobody has taken. */
  get answerBytes(): number {
    return this.#bytes;
  }

  call(call: SocketCall, answered: (outcome: CallOutcome) => void): () => void {
    const { account } = call.identity;
    const code = this.#refusal(account);
    if (code !== undefined) {
      queueMicrotask(() => answered({ error: told(new RealmError(code)) }));
      return () => undefined;
    }
    this.#open++;
    this.#openOf.set(account, (this.#openOf.get(account) ?? 0) + 1);
    const open = { call, answered, isRunning: false, isEnded: false, bytes: 0 };
    const withdraw = this.#turns.add(account, () => void this.#begin(open));
    return () => {
      if (open.isEnded) return;
      open.isEnded = true;
      withdraw();
      if (!open.isRunning) this.#close(open);
    };
  }

  #refusal(account: string): ErrorCode | undefined {
    const { openCallsPerAccount, openCallsPerNode } = this.#options.limits;
    if (this.#open >= openCallsPerNode) return "CALLS_BUSY";
    return (this.#openOf.get(account) ?? 0) >= openCallsPerAccount ? "CALLS_FULL" : undefined;
  }

  async #begin(open: OpenCall): Promise<void> {
    const { callAnswerBytes, callAnswerBytesPerNode } = this.#options.limits;
    // nothing may be done whose answer there would be no room for
    if (this.#bytes + (this.#running + 1) * callAnswerBytes > callAnswerBytesPerNode) {
      open.answered({ error: told(new RealmError("CALLS_BUSY")) });
      return;
    }
    open.isRunning = true;
    this.#running++;
    const outcome = await this.#outcome(open.call);
    this.#running--;
    open.isRunning = false;
    if (open.isEnded) {
      this.#close(open);
      return;
    }
    open.bytes = "output" in outcome ? utf8Length(outcome.output) : 0;
    this.#bytes += open.bytes;
    open.answered(outcome);
  }

  #close({ call, bytes }: OpenCall): void {
    const { account } = call.identity;
    const left = this.#openOf.get(account)! - 1;
    if (left > 0) this.#openOf.set(account, left);
    else this.#openOf.delete(account);
    this.#open--;
    this.#bytes -= bytes;
  }

  async #outcome(call: SocketCall): Promise<CallOutcome> {
    try {
      return { output: await this.#run(call) };
    } catch (cause) {
      const error = cause instanceof RealmError ? cause : new RealmError("INTERNAL", { cause });
      if (error.status >= 500) {
        this.#options.log.error("call failed", { operation: call.operation, error: cause });
      }
      return { error: told(error) };
    }
  }

  async #run({ address, identity, input = {}, key, operation: name }: SocketCall): Promise<string> {
    const { desk, subjectOf } = this.#options;
    const operation = desk.find(name);
    if (operation === undefined) throw new RealmError("OPERATION_UNKNOWN");
    if (operation.over === "http") throw new RealmError("HTTP_ONLY");
    const call = await desk.admit(operation, { address, subject: () => subjectOf(identity) });
    checkKey(key);
    const keyed = key === undefined ? call : { ...call, idempotencyKey: key };
    return this.#textOf(await desk.run(operation, keyed, input));
  }

  /** What HTTP would send. Throws `ANSWER_UNFIT` for what no message can hold. */
  #textOf(output: unknown): string {
    const text = JSON.stringify(output);
    const isSmall = utf8Length(text) <= this.#options.limits.callAnswerBytes;
    if (isSmall && fitsMessage(text, "server")) return text;
    throw new RealmError("ANSWER_UNFIT");
  }
}

/** Throws `REQUEST_INVALID` for an idempotency key that is none. */
function checkKey(key: string | undefined): void {
  const { value: max } = limits.idempotencyKeyCharacters;
  if (key === undefined || (key.length <= max && /^[!-~]+$/u.test(key))) return;
  const expected = `1 to ${max} plain characters`;
  throw invalidInput([{ path: "/key", expected, got: `a text of ${key.length} characters` }]);
}

/** An error within the bounds that messages have for its parts. */
function told(error: RealmError): ErrorPayload {
  const { problems, refusal, ...payload } = error.toPayload("rpc");
  return {
    ...payload,
    ...(problems === undefined
      ? {}
      : {
          problems: problems.slice(0, limits.problems.value).map(({ path, expected, got }) => ({
            path: cutText(path, 128),
            expected: cutText(expected, 256),
            got: cutText(got, 128),
          })),
        }),
    ...(refusal === undefined
      ? {}
      : { refusal: { code: cutText(refusal.code, 64), text: cutText(refusal.text, 512) } }),
  };
}
