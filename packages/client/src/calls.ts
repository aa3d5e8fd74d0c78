import { type ErrorCode, limits, RealmError, type WelcomePayload } from "@realmwright/protocol";
import { fitsMessage, utf8Length } from "@realmwright/protocol/internal";
import type { AccountDesk } from "./accounts/account-desk.ts";
import type { CallOptions } from "./accounts/auth.ts";
import type { OperationInput, OperationName, OperationOutput } from "./accounts/operations.ts";
import { isRepeatable, routes } from "./accounts/routes.ts";
import type { Connection } from "./connection/connection.ts";
import type { ClientClock } from "./ports.ts";

interface OpenCall {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: RealmError) => void;
}

export interface CallsParts {
  /** An id that no other request of this client has. */
  readonly nextId: () => number;
  readonly desk: AccountDesk;
  readonly clock: ClientClock;
  readonly connection: Pick<Connection, "state" | "queue" | "flush">;
}

const windowMs = 10_000;
/** Of what the server allows; inputs and chat take their share, and networks gather what was sent apart. */
const share = 0.8;
const bytesShare = 0.5;

/** With these the server has done nothing: HTTP may be asked instead. */
const notDone: ReadonlySet<ErrorCode> = new Set([
  "OPERATION_UNKNOWN",
  "HTTP_ONLY",
  "CALL_TOO_LARGE",
  "CALLS_FULL",
  "CALLS_BUSY",
  "AUTH_REQUIRED",
  "TOKEN_INVALID",
  "TOKEN_EXPIRED",
  "SESSION_ENDED",
  "ACCOUNT_BANNED",
]);
/** With these it has perhaps done it, or certainly. */
const perhapsDone: ReadonlySet<ErrorCode> = new Set(["CONNECTION_LOST", "ANSWER_UNFIT"]);

/**
 * Asks for operations in the player's name: on the connection where it is that player's and the server takes one more
 * there, else over HTTP.
 */
export class Calls {
  readonly #parts: CallsParts;
  /** On the connection, not answered. */
  readonly #open = new Map<number, OpenCall>();
  /** What was asked for of late, oldest first. */
  readonly #sent: { readonly atMs: number; readonly bytes: number }[] = [];
  #welcome: WelcomePayload | undefined;

  constructor(parts: CallsParts) {
    this.#parts = parts;
  }

  /** Says whose the connection is, and what the server takes; one that says nothing of calls takes none. */
  welcomed(welcome: WelcomePayload): void {
    this.#welcome = welcome;
  }

  async ask<N extends OperationName>(
    operation: N,
    input: OperationInput<N>,
    options: CallOptions = {},
  ): Promise<OperationOutput<N>> {
    const { connection, desk } = this.#parts;
    const answer = this.#begin(operation, input, options.key);
    if (answer === undefined) return await desk.call(operation, input, options);
    try {
      return await answer;
    } catch (error) {
      // who has no token for HTTP hears what the connection has said
      if (connection.state === "closed" || desk.isTicket) throw error;
      if (!isForHttp(error, isRepeatable(operation, options.key))) throw error;
    }
    return await desk.call(operation, input, options);
  }

  resolve(id: number, output: unknown): void {
    this.#take(id)?.resolve(output);
  }

  /** False when nobody waits for that answer. */
  reject(id: number, error: RealmError): boolean {
    const call = this.#take(id);
    call?.reject(error);
    return call !== undefined;
  }

  rejectAll(error: RealmError): void {
    for (const id of [...this.#open.keys()]) this.reject(id, error);
  }

  /** Asks on the connection. Undefined: it can not go this way, or not now. */
  #begin(
    operation: OperationName,
    input: object,
    key: string | undefined,
  ): Promise<unknown> | undefined {
    const { connection, desk, nextId } = this.#parts;
    const isOurs = connection.state === "open" && desk.isAccount(this.#welcome?.account);
    if (!isOurs || routes[operation].over === "http") return undefined;
    const text = JSON.stringify(input);
    // as HTTP would send it: without members that are undefined
    const plain: unknown = JSON.parse(text);
    if (!fitsMessage(text, "client") || !this.#hasRoom(utf8Length(text))) return undefined;
    const id = nextId();
    const answer = new Promise((resolve, reject) => this.#open.set(id, { resolve, reject }));
    const payload = { operation, input: plain, ...(key === undefined ? {} : { key }) };
    connection.queue({ type: "rpc", id, payload });
    connection.flush();
    return answer;
  }

  #take(id: number): OpenCall | undefined {
    const call = this.#open.get(id);
    this.#open.delete(id);
    return call;
  }

  #hasRoom(bytes: number): boolean {
    const told = this.#welcome?.limits ?? {};
    const { openCalls = 0, callsPerTenSeconds = 0, callInputBytes = 0 } = told;
    const { bytesInPerSecond = limits.bytesInPerSecond.value } = told;
    const nowMs = this.#parts.clock.nowMs();
    const sent = this.#sent;
    while (sent[0] !== undefined && nowMs - sent[0].atMs > windowMs) sent.shift();
    const all = sent.reduce((sum, one) => sum + one.bytes, bytes);
    const hasRoom =
      bytes <= callInputBytes &&
      this.#open.size < openCalls &&
      sent.length < share * callsPerTenSeconds &&
      all <= bytesShare * bytesInPerSecond;
    if (hasRoom) sent.push({ atMs: nowMs, bytes });
    return hasRoom;
  }
}

/** Whether what failed on the connection may be asked for over HTTP. `isHarmless`: also if it was done. */
function isForHttp(error: unknown, isHarmless: boolean): boolean {
  if (!(error instanceof RealmError)) return false;
  return notDone.has(error.code) || (isHarmless && perhapsDone.has(error.code));
}
