import { gameOwner, type GameStorage, type ObjectOperation } from "@realmwright/core";
import { cloneJson } from "@realmwright/core/internal";
import { limits, RealmError } from "@realmwright/protocol";
import type { Subject } from "../../auth/subject.ts";
import type { Objects } from "./objects.ts";
import { namePattern } from "./rules.ts";

const game: Subject = {
  account: gameOwner,
  name: "game",
  role: "service",
  isGuest: false,
  session: "",
};
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;
const ops: ReadonlySet<unknown> = new Set(["read", "write", "delete"]);

/** Objects as a game's rooms have them: the game itself asks, with all rights. */
export function gameStorage(objects: Objects): GameStorage {
  return {
    async read(place) {
      mustBePlace(place, "");
      return await objects.read(game, place);
    },
    async list(of, { cursor, count = 20 } = {}) {
      mustBePlace({ ...of, key: "any" }, "");
      mustBeWhole(count, limits.objectPage.value, "/count");
      return await objects.list(game, of, { cursor, count });
    },
    async batch(operations, key) {
      mustBeWhole(operations.length, limits.objectBatch.value, "/operations");
      // a copy: the room goes on with its values while the transaction waits
      const copies = operations.map((operation, at) => copied(operation, `/operations/${at}`));
      return await objects.batch(game, copies, key);
    },
  };
}

function copied(operation: ObjectOperation, path: string): ObjectOperation {
  mustBePlace(operation, path);
  if (!ops.has(operation.op)) throw invalid(`${path}/op`, "read, write or delete");
  if (operation.op !== "write") return { ...operation };
  try {
    return { ...operation, value: cloneJson(operation.value) };
  } catch (cause) {
    throw invalid(`${path}/value`, "an object of JSON", cause);
  }
}

function mustBePlace(
  { owner, collection, key }: { owner: string; collection: string; key: string },
  path: string,
): void {
  if (!uuid.test(owner)) throw invalid(`${path}/owner`, "an account's id, or gameOwner");
  const { collectionCharacters, objectKeyCharacters } = limits;
  if (!isName(collection, collectionCharacters.value))
    throw invalid(`${path}/collection`, "a name");
  if (!isName(key, objectKeyCharacters.value)) throw invalid(`${path}/key`, "a name");
}

function isName(name: string, charactersMax: number): boolean {
  return namePattern.test(name) && name.length <= charactersMax;
}

function mustBeWhole(count: number, max: number, path: string): void {
  const fits = Number.isInteger(count) && count >= 1 && count <= max;
  if (!fits) throw invalid(path, `1 to ${max}`);
}

function invalid(path: string, expected: string, cause?: unknown): RealmError {
  const problems = [{ path, expected, got: "something else" }];
  return new RealmError("REQUEST_INVALID", { problems, cause });
}
