import { DatabaseSync } from "node:sqlite";
import { accountOf, batchWrites, objectsEach, toldWork, value, workOn } from "./work.ts";

/* The driver alone: the same rows by the fewest statements that read or write them as durably. */

const about = toldWork();
const database = new DatabaseSync(about.url.replace("sqlite:", ""));
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE bare (owner TEXT, collection TEXT, key TEXT, value TEXT, version TEXT, PRIMARY KEY (owner, collection, key));
  CREATE TABLE bare_answers (account TEXT, key TEXT, response TEXT, PRIMARY KEY (account, key));
`);
const read = database.prepare(
  "SELECT value, version FROM bare WHERE owner = ? AND collection = 'bench' AND key = ?",
);
const write = database.prepare(
  `INSERT INTO bare VALUES (?, 'bench', ?, ?, ?)
   ON CONFLICT DO UPDATE SET value = excluded.value, version = excluded.version`,
);
const keep = database.prepare("INSERT INTO bare_answers VALUES (?, ?, ?)");
const begin = database.prepare("BEGIN IMMEDIATE");
const commit = database.prepare("COMMIT");
const text = JSON.stringify(value);

function put(caller: number, n: number): void {
  write.run(accountOf(caller), `k${n % objectsEach}`, text, String(n));
}

begin.run();
for (let caller = 0; caller < about.callers; caller++) {
  for (let n = 0; n < objectsEach; n++) put(caller, n);
}
commit.run();
await workOn(about, (caller, n) => {
  if (about.kind === "read") {
    const found = read.get(accountOf(caller), `k${n % objectsEach}`);
    if (found === undefined) throw new Error("no row was read");
    JSON.parse(String(found["value"]));
  } else if (about.kind === "write") put(caller, n);
  else {
    begin.run();
    for (let i = 0; i < batchWrites; i++) put(caller, n + i);
    keep.run(accountOf(caller), String(n), "[]");
    commit.run();
  }
});
database.close();
