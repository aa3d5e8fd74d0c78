import { RealmError } from "../errors.ts";
import { limits } from "../limits.ts";
import { specsByType } from "../messages/message.ts";
import type { MessageFrom } from "../messages/message.ts";
import type { Column, Columns, ColumnType, Sender } from "../messages/table.ts";
import { describe, Problems } from "../schema/problems.ts";

type Values = Record<string, unknown>;

/** What a message that needs an id is told. */
export const idWanted = "a whole number below 2^32";

/** Bytes that one WebSocket message of a sender may have. */
function bytesMax(sender: Sender): number {
  return sender === "client" ? limits.messageBytes.value : limits.serverMessageBytes.value;
}

/** Levels that one message of a sender may nest; a server's schemas need some more. */
export function depthMax(sender: Sender): number {
  return sender === "client" ? limits.jsonDepth.value : 4 * limits.jsonDepth.value;
}

export function checkSize(length: number, sender: Sender): void {
  const max = bytesMax(sender);
  if (length > max) {
    throw new RealmError("MESSAGE_TOO_LARGE", { detail: `${length} bytes, at most ${max}` });
  }
}

export function malformed(expected: string, got: unknown, path = ""): RealmError {
  return new RealmError("MESSAGE_MALFORMED", {
    problems: [{ path, expected, got: describe(got) }],
  });
}

/**
 * Checks a parsed readable message and copies what its table knows; other keys are left out.
 * Answers undefined for a type that only a newer server can know.
 */
export function readEnvelope<S extends Sender>(
  value: unknown,
  sender: S,
): MessageFrom<S> | undefined {
  if (!isObject(value)) throw malformed("an object with type and payload", value);
  checkTree(value, depthMax(sender));
  const type = own(value, "type");
  const id = own(value, "id");
  if (typeof type !== "string") throw malformed("a message type", type, "/type");
  const hasId = Number.isInteger(id) && (id as number) >= 0 && (id as number) <= 0xffff_ffff;
  if (id !== undefined && !hasId) throw malformed(idWanted, id, "/id");
  const correlation = hasId ? { id: id as number } : {};
  const spec = specsByType[sender].get(type);
  if (spec === undefined) {
    if (sender === "server") return undefined;
    throw new RealmError("MESSAGE_UNKNOWN", {
      ...correlation,
      type: type.slice(0, 64).toWellFormed(),
    });
  }
  const problems = new Problems();
  if (spec.needsId === true && id === undefined) problems.add("/id", idWanted, id);
  const payload = checkColumns(
    spec.columns,
    own(value, "payload"),
    "/payload",
    problems,
    "readable",
  );
  if (problems.list.length > 0) {
    throw new RealmError("MESSAGE_MALFORMED", { problems: problems.list, type, ...correlation });
  }
  // the table made the payload: its shape is that of the type
  return { type, ...correlation, payload } as unknown as MessageFrom<S>;
}

/** Refuses what nests too deeply, and keys that would reach a prototype if copied. */
export function checkTree(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  if (depth === 0) throw malformed("less nesting", value);
  if (Array.isArray(value)) {
    for (const item of value) checkTree(item, depth - 1);
    return;
  }
  for (const key of Object.keys(value)) {
    if (key === "__proto__") throw malformed("no key __proto__", value);
    checkTree((value as Values)[key], depth - 1);
  }
}

/** Checks values against their columns and copies what the columns know. */
export function checkColumns(
  columns: Columns,
  value: unknown,
  path: string,
  problems: Problems,
  encoding: "readable" | "binary",
): Values {
  const checked: Values = {};
  if (!isObject(value)) {
    problems.add(path, "an object", value);
    return checked;
  }
  for (const key of Object.keys(columns)) {
    const column = columns[key] as Column;
    if (column.only !== undefined && column.only !== encoding) continue;
    const given = own(value, key);
    if (given === undefined && column.optional) continue;
    // keys of tables need no escaping in a pointer
    checked[key] = checkValue(column.type, given, `${path}/${key}`, problems, encoding);
  }
  return checked;
}

function checkValue(
  type: ColumnType,
  value: unknown,
  path: string,
  problems: Problems,
  encoding: "readable" | "binary",
): unknown {
  if (type.kind === "record") {
    return checkColumns(type.columns, value, path, problems, encoding);
  }
  if (type.kind === "records" && Array.isArray(value) && value.length <= type.max) {
    return value.map((item, i) =>
      checkColumns(type.columns, item, `${path}/${i}`, problems, encoding),
    );
  }
  if (!fits(type, value, encoding)) problems.add(path, expectation(type), value);
  return value;
}

function fits(type: ColumnType, value: unknown, encoding: "readable" | "binary"): boolean {
  switch (type.kind) {
    case "uint":
      return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= type.max;
    case "int":
      return (
        Number.isInteger(value) && (value as number) >= type.min && (value as number) <= 0x7fff_ffff
      );
    case "number":
      return Number.isFinite(value);
    case "bool":
      return typeof value === "boolean";
    case "text":
      return (
        typeof value === "string" &&
        (value.length <= type.max || type.judged === true) &&
        value.isWellFormed()
      );
    case "word":
      return typeof value === "string" && type.words.includes(value);
    case "code":
      return (
        typeof value === "string" &&
        value.length <= limits.codeCharacters.value &&
        value.isWellFormed()
      );
    case "json":
      if (type.shape === "list" && !Array.isArray(value)) return false;
      if (type.shape === "object" && !isObject(value)) return false;
      return isPlain(value);
    case "data":
      return encoding === "binary" ? value instanceof Uint8Array : value !== undefined;
    case "name":
      if (encoding === "binary") return Number.isInteger(value);
      return typeof value === "string" && value.length <= limits.nameLength.value;
    case "bytes":
      return value instanceof Uint8Array;
    default:
      return false;
  }
}

/** Whether every encoding can say it: JSON has no NaN and no infinities, UTF-8 no lone surrogates. */
function isPlain(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "string") return value.isWellFormed();
  if (Array.isArray(value)) return value.every(isPlain);
  if (value instanceof Uint8Array || value === undefined) return false;
  if (typeof value !== "object" || value === null) return true;
  for (const key of Object.keys(value)) {
    if (!key.isWellFormed() || !isPlain((value as Values)[key])) return false;
  }
  return true;
}

const ofShape = { list: "a list", object: "an object" } as const;

function expectation(type: ColumnType): string {
  switch (type.kind) {
    case "uint":
      return `a whole number from 0 to ${type.max}`;
    case "int":
      return `a whole number from ${type.min} on`;
    case "number":
      return "a finite number";
    case "bool":
      return "true or false";
    case "text":
      return `a text of at most ${type.max} characters`;
    case "word":
      return `one of ${type.words.join(", ")}`;
    case "code":
      return "a code";
    case "json":
      return type.shape === "any"
        ? "a value of plain JSON"
        : `${ofShape[type.shape]} of plain JSON`;
    case "records":
      return `a list of at most ${type.max}`;
    case "name":
      return "a name";
    case "bytes":
      return "bytes";
    default:
      return "a value";
  }
}

function isObject(value: unknown): value is Values {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}

/** An own property, so that nothing is found on a prototype. */
function own(value: Values, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
