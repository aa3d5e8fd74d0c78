import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openBackend } from "../backend/backend.ts";
import { systemClock } from "../scheduler/system-clock.ts";
import { createServer } from "../server.ts";
import { arena } from "../testing/arena.ts";
import { httpReference, type DescribedApi } from "../testing/http-reference.ts";
import { RecordedLog } from "../testing/recorded-log.ts";

test("[S-OP9] the reference of HTTP is made of what a whole server says of itself", async () => {
  const common = { log: new RecordedLog(), secret: randomBytes(32) };
  const backend = await openBackend({
    ...common,
    game: "arena",
    database: { url: "sqlite::memory:" },
    scripts: true,
    clock: systemClock(),
    random: randomBytes,
  });
  const { services } = backend;
  const server = createServer({ ...common, game: arena(), http: { port: 0 }, services });
  try {
    await server.start();
    const answer = await fetch(`${server.url}/openapi.json`);
    const page = httpReference((await answer.json()) as DescribedApi);
    const file = fileURLToPath(new URL("../../../../docs/reference/http.md", import.meta.url));
    await expect(page).toMatchFileSnapshot(file);
  } finally {
    await server.stop();
    await backend.close();
  }
});
