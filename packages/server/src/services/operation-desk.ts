import { RealmError } from "@realmwright/protocol";
import { authorize } from "../auth/authorize.ts";
import type { Subject } from "../auth/subject.ts";
import type { Clock } from "../ports/clock.ts";
import { KeyedLimit } from "../session/keyed-limit.ts";
import { addressKey } from "../transports/peers.ts";
import { checkedInput } from "./checked-input.ts";
import type { AnyOperation, Call } from "./operation.ts";

/** Who asks. */
export interface Asker {
  /** IP address of the client. */
  readonly address: string;
  /** Says who it is; undefined for nobody in particular. Rejects with why it can not be let in. */
  readonly subject: () => Promise<Subject | undefined>;
}

/**
 * The operations of a server, and the one place where they are run, whichever way somebody asks: the ways share the
 * throttles. Throws TypeError where two operations have one name.
 */
export class OperationDesk {
  readonly operations: readonly AnyOperation[];
  readonly #clock: Clock;
  readonly #byName = new Map<string, AnyOperation>();
  readonly #limits = new Map<AnyOperation, KeyedLimit>();

  constructor(operations: readonly AnyOperation[], clock: Clock) {
    this.operations = operations;
    this.#clock = clock;
    for (const operation of operations) {
      const { name, throttle } = operation;
      if (this.#byName.has(name)) throw new TypeError(`There are two operations ${name}`);
      this.#byName.set(name, operation);
      if (throttle !== undefined) this.#limits.set(operation, new KeyedLimit(throttle.perMinute));
    }
  }

  find(name: string): AnyOperation | undefined {
    return this.#byName.get(name);
  }

  /** Lets somebody ask, before the input is looked at. Rejects with `RATE_LIMITED`, `AUTH_REQUIRED`, `FORBIDDEN`, or as `subject` does. */
  async admit(operation: AnyOperation, { address, subject }: Asker): Promise<Call> {
    const { action, throttle } = operation;
    if (throttle?.by === "address") this.#take(operation, addressKey(address));
    const known = await subject();
    authorize(known, action);
    if (throttle?.by === "account") {
      this.#take(operation, known === undefined ? addressKey(address) : `account ${known.account}`);
    }
    return { subject: known, address };
  }

  /** Runs it for who was admitted. Rejects with the catalogue's errors; `INTERNAL` for an answer that does not fit its schema. */
  async run(operation: AnyOperation, call: Call, input: unknown): Promise<unknown> {
    const given = await operation.run(call, checkedInput(operation, input));
    const output = operation.output.safeParse(given);
    if (output.success) return output.data;
    const detail = `the answer of ${operation.name} does not fit its schema`;
    throw new RealmError("INTERNAL", { detail, cause: output.error });
  }

  #take(operation: AnyOperation, key: string): void {
    const retryAfterMs = this.#limits.get(operation)?.take(key, this.#clock.nowMs()) ?? 0;
    if (retryAfterMs > 0) throw new RealmError("RATE_LIMITED", { retryAfterMs });
  }
}
