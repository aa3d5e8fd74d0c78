import { limits, RealmError } from "@realmwright/protocol";
import { z } from "zod";
import type { Subject } from "../../auth/subject.ts";
import { operation, type AnyOperation, type Call } from "../operation.ts";
import type { Objects } from "./objects.ts";
import { namePattern } from "./rules.ts";

const owner = z
  .union([z.literal("me"), z.uuid("me or the id of an account").toLowerCase()])
  .describe("An account's id, `me`, or the id of zeros for what belongs to the game.");
const collection = z
  .string()
  .max(limits.collectionCharacters.value)
  .regex(namePattern, "letters, digits and _.:-");
const key = z
  .string()
  .max(limits.objectKeyCharacters.value)
  .regex(namePattern, "letters, digits and _.:-");
const version = z.string().max(64).describe("What was read last.");
const value = z.record(z.string(), z.unknown());
const readable = z.enum(["nobody", "owner", "anyone"]);
const writable = z.enum(["nobody", "owner"]);
const expected = version.nullable().describe("What was read last; null: there must be none.");

const place = { owner, collection, key };
const permissions = { readable: readable.optional(), writable: writable.optional() };
const write = { value, version: expected.optional(), ...permissions };

const stored = z
  .strictObject({
    owner: z.uuid(),
    collection: z.string(),
    key: z.string(),
    value,
    version,
    readable,
    writable,
    updatedMs: z.int().describe("Milliseconds since 1970."),
  })
  .meta({ id: "StoredObject" });

const work = z
  .discriminatedUnion("op", [
    z.strictObject({ op: z.literal("read"), ...place }),
    z.strictObject({ op: z.literal("write"), ...place, ...write }),
    z.strictObject({ op: z.literal("delete"), ...place, version: version.optional() }),
  ])
  .meta({ id: "ObjectOperation" });

const result = z
  .discriminatedUnion("op", [
    z.strictObject({ op: z.literal("read"), object: stored.nullable() }),
    z.strictObject({ op: z.literal("write"), version }),
    z.strictObject({ op: z.literal("delete"), existed: z.boolean() }),
  ])
  .meta({ id: "ObjectResult" });

const path = "/v1/objects/:owner/:collection/:key";
const inPath = { owner: "path", collection: "path", key: "path" } as const;
const refusals = ["OBJECT_CHANGED", "FORBIDDEN", "KEY_REUSED", "STORE_BUSY"] as const;
const full = ["OBJECT_TOO_LARGE", "OBJECTS_FULL", "ACCOUNT_UNKNOWN"] as const;

/** The storage of games as operations. */
export function objectOperations(objects: Objects): readonly AnyOperation[] {
  return [
    operation({
      name: "objects.read",
      action: "objects.read",
      route: { method: "GET", path },
      summary: "One object that the caller may read.",
      input: z.strictObject(place),
      in: inPath,
      output: stored,
      errors: ["NOT_FOUND"],
      async run(call, input) {
        const subject = subjectOf(call);
        const found = await objects.read(subject, placed(subject, input));
        if (found === undefined) throw new RealmError("NOT_FOUND");
        return found;
      },
    }),
    operation({
      name: "objects.list",
      action: "objects.read",
      route: { method: "GET", path: "/v1/objects/:owner/:collection" },
      summary: "The objects of a collection that the caller may read, in the order of their keys.",
      input: z.strictObject({
        owner,
        collection,
        cursor: z.string().max(256).optional().describe("Of the page before."),
        count: z.int().min(1).max(limits.objectPage.value).default(20),
      }),
      in: { owner: "path", collection: "path" },
      output: z.strictObject({ objects: z.array(stored), cursor: z.string().optional() }),
      errors: [],
      async run(call, { cursor, count, ...of }) {
        const subject = subjectOf(call);
        const listed = await objects.list(subject, placed(subject, of), { cursor, count });
        return { ...listed, objects: [...listed.objects] };
      },
    }),
    operation({
      name: "objects.write",
      action: "objects.write",
      route: { method: "PUT", path },
      summary: "Puts an object in its place, if that holds the version that the caller says.",
      input: z.strictObject({ ...place, ...write }),
      in: inPath,
      output: z.strictObject({ version }),
      errors: [...refusals, ...full],
      takesKey: true,
      async run(call, input) {
        const subject = subjectOf(call);
        const one = { op: "write" as const, ...placed(subject, input) };
        const [done] = await objects.batch(subject, [one], call.idempotencyKey, itsOwn);
        if (done?.op !== "write") throw new RealmError("KEY_REUSED");
        return { version: done.version };
      },
    }),
    operation({
      name: "objects.delete",
      action: "objects.write",
      route: { method: "DELETE", path },
      summary: "Deletes an object, if it has the version that the caller says.",
      input: z.strictObject({ ...place, version: version.optional() }),
      in: { ...inPath, version: "query" },
      output: z.strictObject({ existed: z.boolean() }),
      errors: refusals,
      takesKey: true,
      async run(call, input) {
        const subject = subjectOf(call);
        const one = { op: "delete" as const, ...placed(subject, input) };
        const [done] = await objects.batch(subject, [one], call.idempotencyKey, itsOwn);
        if (done?.op !== "delete") throw new RealmError("KEY_REUSED");
        return { existed: done.existed };
      },
    }),
    operation({
      name: "objects.batch",
      action: "objects.write",
      route: { method: "POST", path: "/v1/objects" },
      summary:
        "Reads, writes and deletes objects in the given order: all of it is done, or nothing.",
      input: z.strictObject({
        operations: z.array(work).min(1).max(limits.objectBatch.value),
      }),
      output: z.strictObject({ results: z.array(result) }),
      errors: [...refusals, ...full],
      takesKey: true,
      async run(call, { operations }) {
        const subject = subjectOf(call);
        const all = operations.map((one) => placed(subject, one));
        return { results: [...(await objects.batch(subject, all, call.idempotencyKey))] };
      },
    }),
  ] as readonly AnyOperation[];
}

/** Where the version of an operation that is the whole request stands. */
function itsOwn(): string {
  return "/version";
}

function subjectOf({ subject }: Call): Subject {
  if (subject === undefined) throw new RealmError("AUTH_REQUIRED");
  return subject;
}

/** Says `me` by its id. */
function placed<P extends { readonly owner: string }>(subject: Subject, of: P): P {
  return of.owner === "me" ? { ...of, owner: subject.account } : of;
}
