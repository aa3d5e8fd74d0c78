import { createHash } from "node:crypto";
import type { Transaction } from "kysely";
import { limits, RealmError } from "@realmwright/protocol";
import { authorize, type Resource } from "../../auth/authorize.ts";
import type { Subject } from "../../auth/subject.ts";
import type { Clock } from "../../ports/clock.ts";
import type { RandomBytes } from "../../ports/random-bytes.ts";
import type { Store } from "../../ports/store.ts";
import type { Tables } from "../../ports/tables/tables.ts";
import {
  fromCursor,
  mustBeExpected,
  mustBeKey,
  nobody,
  toCursor,
  toJson,
  type ObjectOperation,
  type ObjectResult,
  type Place,
  type Readable,
  type StoredObject,
  type WriteOperation,
} from "./rules.ts";
import { Draft } from "./draft.ts";
import * as queries from "./store.ts";

const VERSION_BYTES = 12;
/** On SQLite nothing else runs meanwhile. */
const FORGOTTEN_AT_ONCE = 200;

export interface ListedObjects {
  readonly objects: readonly StoredObject[];
  /** Undefined: there are no more. */
  readonly cursor?: string;
}

/** JSON objects of accounts and of the game, for rooms, rpc and HTTP alike. */
export class Objects {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: RandomBytes;

  constructor(store: Store, parts: { readonly clock: Clock; readonly random: RandomBytes }) {
    this.#store = store;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  /** One object; undefined when there is none that the subject may read. */
  async read(subject: Subject, place: Place): Promise<StoredObject | undefined> {
    authorize(subject, "objects.read");
    const found = await queries.findObject(this.#store.db, place);
    return found !== undefined && mayRead(subject, found) ? found : undefined;
  }

  /** Objects of one collection that the subject may read, in the order of their keys. */
  async list(
    subject: Subject,
    of: { readonly owner: string; readonly collection: string },
    page: { readonly cursor?: string | undefined; readonly count: number },
  ): Promise<ListedObjects> {
    authorize(subject, "objects.read");
    const found = await queries.listObjects(
      this.#store.db,
      { ...of, least: leastReadable(subject, of.owner) },
      { after: page.cursor === undefined ? "" : fromCursor(page.cursor), count: page.count + 1 },
    );
    const objects = found.slice(0, page.count);
    const last = objects.at(-1);
    if (found.length <= page.count || last === undefined) return { objects };
    return { objects, cursor: toCursor(last.key) };
  }

  /**
   * Does all operations in their order, or none. With a key of the account's own the same batch is done once, and
   * answered so again for a day. Throws `OBJECT_CHANGED`, `OBJECT_TOO_LARGE`, `OBJECTS_FULL`, `FORBIDDEN`, `KEY_REUSED`,
   * and where an account has gone `ACCOUNT_UNKNOWN`, or `SESSION_ENDED` if it is the subject's own. `versionAt` says where
   * in the request the version of an operation stands.
   */
  async batch(
    subject: Subject,
    operations: readonly ObjectOperation[],
    key?: string,
    versionAt: (at: number) => string = (at) => `/operations/${at}/version`,
  ): Promise<readonly ObjectResult[]> {
    if (key !== undefined) mustBeKey(key);
    const request = key === undefined ? "" : fingerprint(operations);
    const alone = new Set(operations.map(({ owner }) => owner));
    // so that one key comes once at a time, and no answer is kept for an account that goes meanwhile
    if (key !== undefined) alone.add(subject.account);
    return this.#store.transaction(
      async (tx) => {
        if (key !== undefined) {
          const answer = await queries.findAnswer(tx, subject.account, key);
          if (answer !== undefined) return answered(answer, request);
          await mustBeThere(tx, subject);
        }
        const draft = await Draft.of(tx, operations);
        const results: ObjectResult[] = [];
        for (const [at, operation] of operations.entries()) {
          results.push(await this.#do(draft, subject, operation, versionAt(at)));
        }
        await draft.save();
        if (key !== undefined) {
          await queries.keepAnswer(tx, {
            account: subject.account,
            key,
            request,
            response: JSON.stringify(results),
            created_ms: Math.round(this.#clock.wallMs()),
          });
        }
        return results;
      },
      [...alone],
    );
  }

  /** Forgets answers that were kept for their time, 200 at most; true: there may be more. For a job. */
  async forgetAnswers(): Promise<boolean> {
    const beforeMs = Math.round(this.#clock.wallMs()) - limits.idempotencyKeptMs.value;
    const count = await queries.forgetAnswers(this.#store.db, beforeMs, FORGOTTEN_AT_ONCE);
    return count === FORGOTTEN_AT_ONCE;
  }

  async #do(
    draft: Draft,
    subject: Subject,
    operation: ObjectOperation,
    versionPath: string,
  ): Promise<ObjectResult> {
    const current = draft.get(operation);
    if (operation.op === "read") {
      authorize(subject, "objects.read");
      const isSeen = current !== undefined && mayRead(subject, current);
      return { op: "read", object: isSeen ? current : null };
    }
    authorize(subject, "objects.write", { ...current, owner: operation.owner });
    mustBeExpected(operation.version, current, versionPath);
    if (operation.op === "write") return this.#write(draft, subject, operation, current);
    draft.delete(operation);
    return { op: "delete", existed: current !== undefined };
  }

  async #write(
    draft: Draft,
    subject: Subject,
    operation: WriteOperation,
    current: StoredObject | undefined,
  ): Promise<ObjectResult> {
    const { owner, collection, key } = operation;
    const json = toJson(operation.value);
    if (current === undefined) await mustHaveRoom(draft, subject, owner);
    const version = Buffer.from(this.#random(VERSION_BYTES)).toString("base64url");
    const readable = operation.readable ?? current?.readable ?? "owner";
    const writable = operation.writable ?? current?.writable ?? "owner";
    const updatedMs = Math.round(this.#clock.wallMs());
    const object = { owner, collection, key, version, readable, writable, updatedMs };
    draft.put(object, json);
    return { op: "write", version };
  }
}

/** Whoever waited for an account to go finds it gone: what is written to it now would be there for ever. */
async function mustHaveRoom(draft: Draft, subject: Subject, owner: string): Promise<void> {
  if (owner === nobody) return;
  const objects = await draft.countOf(owner);
  if (objects === undefined) throw gone(subject, owner);
  if (objects >= limits.objectsPerOwner.value) throw new RealmError("OBJECTS_FULL");
}

async function mustBeThere(tx: Transaction<Tables>, subject: Subject): Promise<void> {
  const { account } = subject;
  if (account !== nobody && !(await queries.hasPlayer(tx, account))) throw gone(subject, account);
}

function gone(subject: Subject, owner: string): RealmError {
  return new RealmError(owner === subject.account ? "SESSION_ENDED" : "ACCOUNT_UNKNOWN");
}

function answered(
  answer: { readonly request: string; readonly response: string },
  request: string,
): readonly ObjectResult[] {
  if (answer.request !== request) throw new RealmError("KEY_REUSED");
  return JSON.parse(answer.response) as ObjectResult[];
}

function fingerprint(operations: readonly ObjectOperation[]): string {
  for (const operation of operations) if (operation.op === "write") toJson(operation.value);
  return createHash("sha256").update(JSON.stringify(operations)).digest("base64url");
}

function mayRead(subject: Subject, object: Resource): boolean {
  try {
    authorize(subject, "objects.read", object);
    return true;
  } catch (error) {
    if (error instanceof RealmError && error.code === "FORBIDDEN") return false;
    throw error;
  }
}

/** What an object of that owner must at least be for the subject to see it. */
function leastReadable(subject: Subject, owner: string): Readable {
  const sees = (readable: Readable): boolean => mayRead(subject, { owner, readable });
  if (sees("nobody")) return "nobody";
  return sees("owner") ? "owner" : "anyone";
}
