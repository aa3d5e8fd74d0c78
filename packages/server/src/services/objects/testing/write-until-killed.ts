import { writeSync } from "node:fs";
import { RealmError } from "@realmwright/protocol";
import type { Subject } from "../../../auth/subject.ts";
import { openStore } from "../../../sql/open-store.ts";
import { testOptions } from "../../../sql/testing/test-options.ts";
import { Objects } from "../objects.ts";
import { addPlayers } from "./add-players.ts";
import { piece, writer, WRITERS } from "./kill-work.ts";

/*
 * A program that writes to the database in its first argument until it is killed. Says on standard output, at once, what
 * was acknowledged: a writer's number, n, and the answer as JSON.
 */
const [url = "", round = "0"] = process.argv.slice(2);
const options = testOptions(url);
const store = await openStore(options);
const objects = new Objects(store, options);
const writers = Array.from({ length: WRITERS }, (_, number) => writer(Number(round), number));
await addPlayers(store, ...writers);

async function work(by: Subject, number: number): Promise<never> {
  for (let n = 1; ; n++) {
    const answer = await acknowledged(() => objects.batch(by, piece(by, n), `key-${n}`));
    writeSync(1, `${JSON.stringify([number, n, answer])}\n`);
  }
}

async function acknowledged<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RealmError) || error.code !== "STORE_BUSY") throw error;
    }
  }
}

await Promise.all(writers.map(work));
