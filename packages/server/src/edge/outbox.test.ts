import { codecs } from "@realmwright/protocol/internal";
import { expect, test } from "vitest";
import type { Connection } from "../ports/transport.ts";
import { Outbox } from "./outbox.ts";

/** Moves everything to a connection and answers the sizes of what it was given. */
function moved(outbox: Outbox): number[] {
  const sizes: number[] = [];
  const connection: Pick<Connection, "send"> = {
    send: (bytes, start = 0, end = bytes.length) => void sizes.push(end - start),
  };
  outbox.moveTo(connection as Connection);
  return sizes;
}

test("binary messages are packed into one, up to 256 KiB; readable ones go one by one", () => {
  const sizes = [10, 20, 200_000, 100_000, 300_000, 5, 6];
  const fill = (outbox: Outbox): Outbox => {
    for (const size of sizes) outbox.add(new Uint8Array(size));
    return outbox;
  };
  const binary = fill(new Outbox(codecs["realm.binary"], 0));
  expect(moved(binary)).toEqual([200_030, 100_000, 300_000, 11]);
  expect(binary.isEmpty).toBe(true);
  expect(moved(binary)).toEqual([]);
  expect(moved(fill(new Outbox(codecs["realm.json"], 0)))).toEqual(sizes);
});

test("room that nothing needs any more is given back, and what is needed is kept", () => {
  const outbox = new Outbox(codecs["realm.binary"], 0);
  outbox.add(new Uint8Array(6000));
  outbox.trim(5000);
  expect(moved(outbox)).toEqual([6000]);
  outbox.trim(10_000);
  expect(outbox.writer.buffer.length).toBeGreaterThanOrEqual(6000);
  outbox.add(new Uint8Array(300));
  moved(outbox);
  outbox.trim(15_000);
  expect(outbox.writer.buffer.length).toBe(300);
  outbox.trim(20_000);
  expect(outbox.writer.buffer.length).toBe(64);
  outbox.add(new Uint8Array(5));
  expect(moved(outbox)).toEqual([5]);
});

test("memory for a great burst is given back", () => {
  const outbox = new Outbox(codecs["realm.binary"], 0);
  outbox.add(new Uint8Array(1_000_000));
  expect(outbox.writer.buffer.length).toBeGreaterThan(900_000);
  moved(outbox);
  expect(outbox.writer.buffer.length).toBeLessThan(1000);
});
