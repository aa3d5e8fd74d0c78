import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Store } from "../../ports/store.ts";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { testOptions } from "../../sql/testing/test-options.ts";
import { Objects } from "./objects.ts";
import type { ObjectResult } from "./rules.ts";
import { piece, writer, WRITERS } from "./testing/kill-work.ts";

const ROUNDS = 20;
const program = fileURLToPath(new URL("testing/write-until-killed.ts", import.meta.url));

type Acknowledged = [number: number, n: number, answer: ObjectResult[]];

/** Runs the program until it has acknowledged so many, kills it, and answers all that it acknowledged. */
async function killedAfter(url: string, round: number, count: number): Promise<Acknowledged[]> {
  const child = spawn(
    process.execPath,
    [
      "--conditions=@realmwright/source",
      "--disable-warning=ExperimentalWarning",
      program,
      url,
      String(round),
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let said = "";
  let complained = "";
  let lines = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    lines += text.split("\n").length - 1;
    if (lines >= count) child.kill("SIGKILL");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complained += text;
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  expect([complained, signal]).toEqual(["", "SIGKILL"]);
  const whole = said.split("\n").slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Acknowledged);
}

/** Numbers of a writer's objects in a collection. */
async function numbersIn(store: Store, owner: string, collection: string): Promise<number[]> {
  const rows = await store.db
    .selectFrom("objects")
    .select("value")
    .where("owner", "=", owner)
    .where("collection", "=", collection)
    .execute();
  return rows.map(({ value }) => (JSON.parse(value) as { n: number }).n).toSorted((a, b) => a - b);
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

onEachDatabase((database) => {
  describe.runIf(database.isShared)("[S-STO3] a kill in the middle of writes", () => {
    test(`of ${WRITERS} writers, ${ROUNDS} times: nothing acknowledged is lost, nothing is done by half or twice`, async () => {
      const url = await database.url();
      for (let round = 0; round < ROUNDS; round++) {
        const count = 1 + Math.floor(Math.random() * 100);
        const acknowledged = await killedAfter(url, round, count);
        expect(acknowledged.length).toBeGreaterThanOrEqual(count);
        const options = testOptions(url);
        const store = await database.open(options);
        const objects = new Objects(store, options);
        for (let number = 0; number < WRITERS; number++) {
          const by = writer(round, number);
          const answers = acknowledged.filter(([of]) => of === number);
          const seen = answers.at(-1)?.[1] ?? 0;
          const before = await numbersIn(store, by.account, "left");
          // One more than was heard of may have been done.
          expect([upTo(seen), upTo(seen + 1)]).toContainEqual(before);
          expect(await numbersIn(store, by.account, "right")).toEqual(before);
          expect(await numbersIn(store, by.account, "counter")).toEqual(before.slice(-1));
          // Whoever heard nothing asks again; so does one that has forgotten the answer.
          for (const n of upTo(seen + 1)) {
            const again = await objects.batch(by, piece(by, n), `key-${n}`);
            if (n <= seen) expect(again).toEqual(answers[n - 1]?.[2]);
          }
          expect(await numbersIn(store, by.account, "left")).toEqual(upTo(seen + 1));
          expect(await numbersIn(store, by.account, "counter")).toEqual([seen + 1]);
        }
        await store.close();
      }
    }, 180_000);
  });
});
