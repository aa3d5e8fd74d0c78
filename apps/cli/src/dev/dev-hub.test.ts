import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DevHub } from "./dev-hub.ts";

let hub: DevHub;
let server: Server;
let url: string;
const listeners: AbortController[] = [];

beforeEach(async () => {
  hub = new DevHub({ root: tmpdir(), data: join(tmpdir(), ".realmwright") });
  server = createServer((request, response) => {
    if (!hub.handle(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const listener of listeners.splice(0)) listener.abort();
  hub.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A page that listens; its answer's status. */
async function listen(): Promise<number> {
  const listener = new AbortController();
  listeners.push(listener);
  const { status } = await fetch(`${url}/dev/events`, { signal: listener.signal });
  return status;
}

it("64 pages may listen at once, one more is refused until one has gone", async () => {
  for (let i = 0; i < 64; i++) expect(await listen()).toBe(200);
  expect(await listen()).toBe(503);
  listeners[0]!.abort();
  await expect.poll(listen, { timeout: 10_000 }).toBe(200);
});

it("what is none of its own is left to others", async () => {
  for (const path of ["/", "/dev", "/dev/other", "/devevents"]) {
    expect((await fetch(url + path)).status).toBe(404);
  }
  expect((await fetch(`${url}/dev/page.js`)).status).toBe(200);
});
