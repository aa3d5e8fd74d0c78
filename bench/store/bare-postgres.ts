import { readDatabaseUrl } from "@realmwright/server/internal";
import { Pool } from "pg";
import { accountOf, batchWrites, objectsEach, toldWork, value, workOn } from "./work.ts";

/* The driver alone, with as many connections: the same rows by the fewest statements that read or write them as durably. */

/** As many as our store has unless told otherwise. */
const connections = 10;

const about = toldWork();
const where = readDatabaseUrl(about.url);
if (where.dialect !== "postgres") throw new Error("this is for PostgreSQL");
const pool = new Pool({ ...where.place, max: connections });
const columns = "owner TEXT, collection TEXT, key TEXT, value TEXT, version TEXT";
await pool.query(
  `CREATE TABLE IF NOT EXISTS bare (${columns}, PRIMARY KEY (owner, collection, key))`,
);
await pool.query(
  "CREATE TABLE IF NOT EXISTS bare_answers (account TEXT, key TEXT, response TEXT, PRIMARY KEY (account, key))",
);
const read = {
  name: "read",
  text: "SELECT value, version FROM bare WHERE owner = $1 AND collection = 'bench' AND key = $2",
};
const write = {
  name: "write",
  text: `INSERT INTO bare VALUES ($1, 'bench', $2, $3, $4)
    ON CONFLICT (owner, collection, key) DO UPDATE SET value = excluded.value, version = excluded.version`,
};
const keep = { name: "keep", text: "INSERT INTO bare_answers VALUES ($1, $2, '[]')" };
const text = JSON.stringify(value);
const run = String(Date.now());
const valuesOf = (caller: number, n: number): string[] => {
  return [accountOf(caller), `k${n % objectsEach}`, text, String(n)];
};

for (let caller = 0; caller < about.callers; caller++) {
  for (let n = 0; n < objectsEach; n++) await pool.query({ ...write, values: valuesOf(caller, n) });
}
await workOn(about, async (caller, n) => {
  if (about.kind === "read") {
    const values = valuesOf(caller, n).slice(0, 2);
    const { rows } = await pool.query<{ value: string }>({ ...read, values });
    JSON.parse(rows[0]!.value);
  } else if (about.kind === "write") {
    await pool.query({ ...write, values: valuesOf(caller, n) });
  } else await batch(caller, n);
});
await pool.end();

async function batch(caller: number, n: number): Promise<void> {
  const client = await pool.connect();
  await client.query("BEGIN");
  // callers have rows of their own: nobody waits for another's
  for (let i = 0; i < batchWrites; i++) {
    await client.query({ ...write, values: valuesOf(caller, n + i) });
  }
  await client.query({ ...keep, values: [accountOf(caller), `${run}-${n}`] });
  await client.query("COMMIT");
  client.release();
}
