import { isPlainObject, type JsonPatch } from "@realmwright/core/internal";

/** The patch in a message of a channel; undefined when there is something else in it. */
export function readPatch(message: Uint8Array): JsonPatch | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(message));
  } catch {
    return undefined;
  }
  return Array.isArray(value) && value.every(isOperation) ? (value as JsonPatch) : undefined;
}

function isOperation(value: unknown): boolean {
  if (!isPlainObject(value) || typeof value["path"] !== "string") return false;
  const { op } = value;
  return op === "remove" || ((op === "add" || op === "replace") && Object.hasOwn(value, "value"));
}
