import type { Expression, ExpressionBuilder, Kysely, SqlBool } from "kysely";
import type { ObjectsTable } from "../../ports/tables/objects.ts";
import type { Tables } from "../../ports/tables/tables.ts";
import type { Place, Readable, StoredObject, Writable } from "./rules.ts";

type Db = Kysely<Tables>;

const readables: readonly Readable[] = ["nobody", "owner", "anyone"];
const writables: readonly Writable[] = ["nobody", "owner"];

export async function findObject(db: Db, place: Place): Promise<StoredObject | undefined> {
  const row = await db
    .selectFrom("objects")
    .selectAll()
    .where("owner", "=", place.owner)
    .where("collection", "=", place.collection)
    .where("key", "=", place.key)
    .executeTakeFirst();
  return row && toObject(row);
}

/** Those of the places where there is something. */
export async function findObjects(
  db: Db,
  places: readonly Place[],
): Promise<readonly StoredObject[]> {
  if (places.length === 0) return [];
  const rows = await db.selectFrom("objects").selectAll().where(isAt(places)).execute();
  return rows.map(toObject);
}

/** Puts objects in their places, each of which stands there once, whatever was there. `json` is the value. */
export async function putObjects(
  db: Db,
  puts: readonly { readonly object: Omit<StoredObject, "value">; readonly json: string }[],
): Promise<void> {
  const rows = puts.map(({ object, json }) => ({
    owner: object.owner,
    collection: object.collection,
    key: object.key,
    value: json,
    version: object.version,
    readable: readables.indexOf(object.readable) as 0 | 1 | 2,
    writable: writables.indexOf(object.writable) as 0 | 1,
    updated_ms: object.updatedMs,
  }));
  await db
    .insertInto("objects")
    .values(rows)
    .onConflict((on) =>
      on.columns(["owner", "collection", "key"]).doUpdateSet((of) => ({
        value: of.ref("excluded.value"),
        version: of.ref("excluded.version"),
        readable: of.ref("excluded.readable"),
        writable: of.ref("excluded.writable"),
        updated_ms: of.ref("excluded.updated_ms"),
      })),
    )
    .execute();
}

export async function deleteObjects(db: Db, places: readonly Place[]): Promise<void> {
  await db.deleteFrom("objects").where(isAt(places)).execute();
}

/** SQLite has no list of rows behind IN. */
function isAt(
  places: readonly Place[],
): (of: ExpressionBuilder<Tables, "objects">) => Expression<SqlBool> {
  return (of) =>
    of.or(
      places.map(({ owner, collection, key }) =>
        of.and([of("owner", "=", owner), of("collection", "=", collection), of("key", "=", key)]),
      ),
    );
}

/** Whether there is such an account: what it owns goes with its player. */
export async function hasPlayer(db: Db, account: string): Promise<boolean> {
  const player = db.selectFrom("players").select("id").where("id", "=", account);
  return (await player.executeTakeFirst()) !== undefined;
}

/** The same, and how many objects it has. */
export async function lookAtOwner(
  db: Db,
  owner: string,
): Promise<{ readonly isThere: boolean; readonly objects: number }> {
  const { player, objects } = await db
    .selectNoFrom((of) => [
      of.selectFrom("players").select("id").where("id", "=", owner).as("player"),
      of
        .selectFrom("objects")
        .select((on) => on.fn.countAll<number>().as("count"))
        .where("owner", "=", owner)
        .as("objects"),
    ])
    .executeTakeFirstOrThrow();
  return { isThere: player !== null, objects: objects ?? 0 };
}

/** Objects of a collection in the order of their keys, those that are readable so far at least. */
export async function listObjects(
  db: Db,
  of: { readonly owner: string; readonly collection: string; readonly least: Readable },
  page: { readonly after: string; readonly count: number },
): Promise<readonly StoredObject[]> {
  const rows = await db
    .selectFrom("objects")
    .selectAll()
    .where("owner", "=", of.owner)
    .where("collection", "=", of.collection)
    .where("key", ">", page.after)
    .where("readable", ">=", readables.indexOf(of.least) as 0 | 1 | 2)
    .orderBy("key")
    .limit(page.count)
    .execute();
  return rows.map(toObject);
}

export async function findAnswer(
  db: Db,
  account: string,
  key: string,
): Promise<{ readonly request: string; readonly response: string } | undefined> {
  return db
    .selectFrom("idempotency")
    .select(["request", "response"])
    .where("account", "=", account)
    .where("key", "=", key)
    .executeTakeFirst();
}

export async function keepAnswer(db: Db, answer: Tables["idempotency"]): Promise<void> {
  await db.insertInto("idempotency").values(answer).execute();
}

/** Forgets answers from before that time, so many at most; says how many. */
export async function forgetAnswers(db: Db, beforeMs: number, most: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("idempotency")
    .where((of) =>
      of(
        of.refTuple("account", "key"),
        "in",
        of
          .selectFrom("idempotency")
          .select(["account", "key"])
          .where("created_ms", "<", beforeMs)
          .limit(most)
          .$asTuple("account", "key"),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Deletes what accounts have here, in the transaction in which they go. */
export async function eraseObjects(tx: Db, accounts: readonly string[]): Promise<void> {
  await tx.deleteFrom("objects").where("owner", "in", accounts).execute();
  await tx.deleteFrom("idempotency").where("account", "in", accounts).execute();
}

function toObject(row: ObjectsTable): StoredObject {
  return {
    owner: row.owner,
    collection: row.collection,
    key: row.key,
    value: JSON.parse(row.value) as StoredObject["value"],
    version: row.version,
    readable: readables[row.readable] ?? "nobody",
    writable: writables[row.writable] ?? "nobody",
    updatedMs: row.updated_ms,
  };
}
