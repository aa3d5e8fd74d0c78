import { limits } from "../limits.ts";
import { column, json, judgedText, optional } from "./table.ts";
import type { ColumnsOf, MessageSpec } from "./table.ts";

/** Asks for one of the server's operations. */
export interface RpcPayload {
  /** the operation's name, as `/openapi.json` has it: "objects.read" */
  readonly operation: string;
  /** all members of its input together; left out for none */
  readonly input?: unknown;
  /** the client's name for this piece of work: the same work asked for twice with it is done once */
  readonly key?: string;
}

/** Answers an `rpc`. */
export interface ResultPayload {
  readonly output: unknown;
}

const rpc: ColumnsOf<RpcPayload> = {
  operation: column(1, judgedText(limits.operationCharacters.value), "the operation's name"),
  input: optional(2, json("any"), "all members of its input; left out for none"),
  key: optional(
    3,
    judgedText(limits.idempotencyKeyCharacters.value),
    "idempotency key: the same work asked for twice with it is done once",
  ),
};

const result: ColumnsOf<ResultPayload> = {
  output: column(1, json("any"), "what the operation gives, as HTTP's body has it"),
};

export type CallMessageType = "rpc" | "result";

export const callMessages: readonly MessageSpec<CallMessageType>[] = [
  {
    type: "rpc",
    number: 18,
    from: ["client"],
    needsId: true,
    about:
      "Asks for one of the operations that HTTP has too. Answered by `result` or `error` with its id, in any order.",
    columns: rpc,
  },
  {
    type: "result",
    number: 19,
    from: ["server"],
    needsId: true,
    about: "Answers an `rpc`.",
    columns: result,
  },
];
