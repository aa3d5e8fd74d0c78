import type {
  ErrorPayload,
  LimitName,
  Message,
  ResultPayload,
  RpcPayload,
} from "@realmwright/protocol";
import type { Subject } from "../auth/subject.ts";
import type { Encoding } from "../ports/transport.ts";
import type { AnyOperation } from "../services/operation.ts";
import { OperationDesk } from "../services/operation-desk.ts";
import { SocketCalls } from "../services/socket-calls.ts";
import { limitValues } from "../session/limit-values.ts";
import { sessionSubject, type SessionIdentity } from "../session/session-state.ts";
import { Counters } from "./counters.ts";
import { EdgeStage, type StageClient } from "./edge-stage.ts";

/** What answers a call. */
export type Told = Message<"result", ResultPayload> | Message<"error", ErrorPayload>;

export interface CallStageOptions {
  readonly limits?: Partial<Record<LimitName, number>>;
  readonly subjectOf?: (identity: SessionIdentity) => Promise<Subject>;
}

/** An edge whose sessions may ask for the operations of `Counters`, and others. */
export class CallStage {
  readonly counters = new Counters();
  readonly edge: EdgeStage;
  readonly desk: OperationDesk;
  readonly calls: SocketCalls;

  constructor(operations: readonly AnyOperation[] = [], options: CallStageOptions = {}) {
    this.edge = new EdgeStage(options.limits, {
      call: (call, answered) => this.calls.call(call, answered),
    });
    this.desk = new OperationDesk([...this.counters.operations(), ...operations], this.edge.clock);
    this.calls = new SocketCalls({
      desk: this.desk,
      subjectOf: options.subjectOf ?? (async (identity) => sessionSubject(identity)),
      limits: limitValues(options.limits),
      clock: this.edge.clock,
      log: this.edge.log,
    });
  }

  connect(encoding: Encoding): CallClient {
    return new CallClient(this.edge, this.edge.connect(encoding));
  }

  /** A session of the account `account-<name>`, of the role that is called so or else of a player. */
  async open(encoding: Encoding, name?: string): Promise<CallClient> {
    return new CallClient(this.edge, await this.edge.open(encoding, name));
  }
}

/** One who calls. */
export class CallClient {
  readonly client: StageClient;
  readonly #stage: EdgeStage;

  constructor(stage: EdgeStage, client: StageClient) {
    this.#stage = stage;
    this.client = client;
  }

  call(id: number, operation: string, input?: unknown, key?: string): void {
    const payload: RpcPayload = {
      operation,
      ...(input === undefined ? {} : { input }),
      ...(key === undefined ? {} : { key }),
    };
    this.client.send({ type: "rpc", id, payload });
  }

  /** The oldest answer that was not taken; undefined when none comes. */
  async answer(): Promise<Told | undefined> {
    for (let i = 0; i < 20; i++) {
      await this.#stage.settle();
      const { messages } = this.client;
      const at = messages.findIndex(({ type }) => type === "result" || type === "error");
      if (at >= 0) return messages.splice(at, 1)[0] as Told;
    }
    return undefined;
  }

  /** Asks, and waits for the answer. */
  async ask(operation: string, input?: unknown, key?: string): Promise<Told | undefined> {
    this.call(1, operation, input, key);
    return await this.answer();
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 5; i++) await this.#stage.settle();
  }

  verdict(): Promise<string> {
    return this.client.verdict();
  }
}
