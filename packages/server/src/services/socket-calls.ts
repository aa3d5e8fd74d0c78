import { limits, RealmError, type ErrorPayload } from "@realmwright/protocol";
import { fitsMessage, utf8Length } from "@realmwright/protocol/internal";
import type { Subject } from "../auth/subject.ts";
import type { Log } from "../ports/log.ts";
import type { LimitValues } from "../session/limit-values.ts";
import type { SessionIdentity } from "../session/session-state.ts";
import { cutText, invalidInput } from "./checked-input.ts";
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
  /** Never rejects. */
  call(call: SocketCall): Promise<CallOutcome>;
}

export interface SocketCallsOptions {
  readonly desk: OperationDesk;
  /** Who holds a session, as of now. Rejects when its login has ended. */
  readonly subjectOf: (identity: SessionIdentity) => Promise<Subject>;
  readonly limits: Pick<LimitValues, "openCallsPerNode" | "callAnswerBytes">;
  readonly log: Log;
}

/** Runs operations for sessions, as HTTP does for requests. */
export class SocketCalls implements Caller {
  readonly #options: SocketCallsOptions;
  #open = 0;

  constructor(options: SocketCallsOptions) {
    this.#options = options;
  }

  /** Calls that it is at. */
  get open(): number {
    return this.#open;
  }

  async call(call: SocketCall): Promise<CallOutcome> {
    if (this.#open >= this.#options.limits.openCallsPerNode) {
      return { error: told(new RealmError("CALLS_BUSY")) };
    }
    this.#open++;
    try {
      return { output: await this.#run(call) };
    } catch (cause) {
      const error = cause instanceof RealmError ? cause : new RealmError("INTERNAL", { cause });
      if (error.status >= 500) {
        this.#options.log.error("call failed", { operation: call.operation, error: cause });
      }
      return { error: told(error) };
    } finally {
      this.#open--;
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
    if (isSmall && fitsMessage(JSON.parse(text), "server")) return text;
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
