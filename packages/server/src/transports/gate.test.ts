import { duplexPair, type Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { limitValues } from "../session/limit-values.ts";
import { Gate, Pass, type GateOptions } from "./gate.ts";

const limits = limitValues({
  strangersPerAddress: 3,
  strangersPerNode: 6,
  pendingHandshakesPerAddress: 2,
  sessionsPerNode: 2,
});

let refused: string[];

function gate(more: Partial<GateOptions> = {}): Gate {
  const refuse = (code: string, address: string): number => refused.push(`${code} ${address}`);
  return new Gate({ limits, peers: { proxyHops: 0 }, refused: refuse, ...more });
}

/** A connection from an address, whose other side never closes. */
function connection(remoteAddress: string): Duplex & { readonly remoteAddress: string } {
  const [client, end] = duplexPair();
  client.resume();
  return Object.assign(end, { remoteAddress });
}

/** A stranger that was let in and asks for an upgrade. */
function greeted(of: Gate, address: string): Pass {
  const socket = connection(address);
  expect(of.admits(socket)).toBe(true);
  const pass = of.greet(socket, address);
  if (!(pass instanceof Pass)) throw new Error(pass);
  return pass;
}

beforeEach(() => {
  refused = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("[S-NET8] a gate", () => {
  test("lets in so many strangers of an address and of the node", () => {
    const one = gate();
    for (let i = 0; i < 3; i++) expect(one.admits(connection("192.0.2.1"))).toBe(true);
    expect(one.admits(connection("192.0.2.1"))).toBe(false);
    for (let i = 0; i < 3; i++) expect(one.admits(connection(`192.0.2.${i + 7}`))).toBe(true);
    expect(one.admits(connection("198.51.100.1"))).toBe(false);
    expect(refused).toEqual(["TOO_MANY_CONNECTIONS 192.0.2.1", "SERVER_FULL 198.51.100.1"]);
  });

  test("knows no addresses behind proxies, but for those of who asks for an upgrade", () => {
    const one = gate({ peers: { proxyHops: 1 } });
    const sockets = Array.from({ length: 6 }, () => connection("10.0.0.1"));
    for (const socket of sockets) expect(one.admits(socket)).toBe(true);
    expect(one.admits(connection("10.0.0.1"))).toBe(false);
    expect(one.greet(sockets[0]!, "192.0.2.1")).toBeInstanceOf(Pass);
    expect(one.greet(sockets[1]!, "192.0.2.1")).toBeInstanceOf(Pass);
    expect(one.greet(sockets[2]!, "192.0.2.1")).toBe("TOO_MANY_CONNECTIONS");
    expect(one.greet(sockets[3]!, "192.0.2.2")).toBeInstanceOf(Pass);
  });

  test("who becomes a session, is turned away or leaves makes room", async () => {
    const one = gate();
    const [a, b] = [greeted(one, "192.0.2.1"), greeted(one, "192.0.2.1")];
    const third = connection("192.0.2.1");
    expect(one.admits(third)).toBe(true);
    expect(one.greet(third, "192.0.2.1")).toBe("TOO_MANY_CONNECTIONS");
    a.admit();
    a.admit();
    b.turnAway();
    b.turnAway();
    expect(one.greet(third, "192.0.2.1")).toBeInstanceOf(Pass);
    // a is a stranger no more
    expect(one.admits(connection("192.0.2.1"))).toBe(true);
    expect(one.admits(connection("192.0.2.1"))).toBe(false);
    third.destroy();
    await new Promise((resolve) => third.once("close", resolve));
    expect(one.admits(connection("192.0.2.1"))).toBe(true);
  });

  test("bounds sessions by those of all threads", () => {
    const memory = Gate.memory(limits, 2);
    const [one, two] = [gate({ memory, thread: 0 }), gate({ memory, thread: 1 })];
    const [a, b] = [greeted(one, "192.0.2.1"), greeted(two, "192.0.2.2")];
    a.admit();
    b.admit();
    const third = connection("192.0.2.3");
    two.admits(third);
    expect(two.greet(third, "192.0.2.3")).toBe("SERVER_FULL");
    a.leave();
    a.leave();
    a.admit();
    expect(two.greet(third, "192.0.2.3")).toBeInstanceOf(Pass);
  });

  test("lets a refused connection go when its client has heard why, whatever it still sent", async () => {
    const one = gate({ limits: { ...limits, strangersPerNode: 1 } });
    one.admits(connection("192.0.2.1"));
    const [client, end] = duplexPair();
    let heard = "";
    client.on("data", (data: Buffer) => (heard += data.toString()));
    client.write("x".repeat(100_000));
    expect(one.admits(end)).toBe(false);
    client.end();
    await new Promise((resolve) => end.once("close", resolve));
    expect(heard).toMatch(/^HTTP\/1\.1 503 .*"code":"SERVER_FULL"/su);
  });

  test("gives so many that it refuses a second to hear why, and the rest none", async () => {
    const one = gate({ limits: { ...limits, strangersPerNode: 1 } });
    expect(one.admits(connection("192.0.2.1"))).toBe(true);
    const all = Array.from({ length: 300 }, () => connection("192.0.2.2"));
    for (const socket of all) expect(one.admits(socket)).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(all.filter((socket) => socket.destroyed)).toHaveLength(300 - 256);
    vi.advanceTimersByTime(1000);
    expect(all.filter((socket) => socket.destroyed)).toHaveLength(300);
  });
});
