import { randomBytes } from "node:crypto";
import { limits, RealmError } from "@realmwright/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryHot } from "../../hot/memory/memory-hot.ts";
import type { Hot } from "../../ports/hot.ts";
import { VirtualClock } from "../../scheduler/virtual-clock.ts";
import { limitValues } from "../../session/limit-values.ts";
import type { Subject } from "../../auth/subject.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { refusal } from "../testing/embedded-stage.ts";
import { RoomOpenings } from "./room-openings.ts";

let clock: VirtualClock;
let log: RecordedLog;
let hot: Hot;
beforeEach(() => {
  clock = new VirtualClock();
  log = new RecordedLog();
  hot = createMemoryHot({ clock, log });
});

/** The openings of one node, and what they opened. */
class Node {
  readonly opened: string[] = [];
  readonly openings: RoomOpenings;
  fault: RealmError | undefined;

  constructor(on: Hot = hot, set: Parameters<typeof limitValues>[0] = {}) {
    const random = (length: number): Uint8Array => randomBytes(length);
    this.openings = new RoomOpenings({ hot: on, clock, log, random, limits: limitValues(set) });
  }

  /** A call that answers this id; answers the code by which it fails, or "none". */
  async call(
    id: string,
    key?: string,
    isKept = false,
    account = "ada",
    role: Subject["role"] = "player",
  ): Promise<string> {
    const rooms = {
      isMember: () => false,
      open: (_: string, options: { readonly id: string }) => {
        if (this.fault !== undefined) throw this.fault;
        this.opened.push(options.id);
      },
    };
    return refusal(
      (async () => {
        const opening = await this.openings.begin({ account, role }, key);
        try {
          await this.openings.open(rooms, "lobby", id, opening, isKept);
        } finally {
          await this.openings.end(opening);
        }
      })(),
    );
  }
}

const holder = (id: string): Promise<unknown> => hot.leases.holder(`room:${id}`);
const turns = async (): Promise<void> => {
  for (let i = 0; i < 200; i++) await Promise.resolve();
};
async function pass(ms: number): Promise<void> {
  for (let past = 0; past < ms; past += 1000) {
    clock.advance(1000);
    await turns();
  }
}

describe("[S-LUA46] the lease of a room that a script opened", () => {
  test("lasts as long as the room does, and what is left of it", async () => {
    const [a, b] = [new Node(), new Node()];
    expect(await a.call("x")).toBe("none");
    await pass(300_000);
    expect([await b.call("x"), await a.call("x")]).toEqual(["ROOM_EXISTS", "ROOM_EXISTS"]);
    const gone = Promise.withResolvers<void>();
    a.openings.ended("x", gone.promise);
    await pass(120_000);
    expect([await b.call("x"), await a.call("x")]).toEqual(["ROOM_EXISTS", "ROOM_EXISTS"]);
    gone.resolve();
    await turns();
    expect(await holder("x")).toBeUndefined();
    expect(await b.call("x")).toBe("none");
    expect([a.opened, b.opened]).toEqual([["x"], ["x"]]);
  });

  test("ends by itself where the node is gone, and with a server that stops", async () => {
    const a = new Node();
    await a.call("x");
    await a.openings.close();
    expect(await holder("x")).toBeUndefined();
    await hot.leases.acquire("room:y", "gone:", 60_000);
    const b = new Node();
    await pass(59_000);
    expect(await b.call("y")).toBe("ROOM_EXISTS");
    await pass(1000);
    expect(await b.call("y")).toBe("none");
  });

  test("is taken again when the hot state has lost it; the log tells if another node was first", async () => {
    const [a, b] = [new Node(), new Node()];
    await a.call("x");
    await hot.keys.delete("lease:{room:x}");
    await pass(20_000);
    expect(await b.call("x")).toBe("ROOM_EXISTS");
    await hot.keys.delete("lease:{room:x}");
    expect(await b.call("x")).toBe("none");
    await pass(20_000);
    expect(log.of("warn")).toMatchObject([{ data: { room: "x" } }]);
    a.openings.ended("x");
    await turns();
    expect(await holder("x")).toBeDefined();
  });

  test("is the node's own where the answer to its taking was lost", async () => {
    let isLost = true;
    const acquire: Hot["leases"]["acquire"] = async (...args) => {
      const lease = await hot.leases.acquire(...args);
      if (isLost) throw new RealmError("HOT_UNAVAILABLE");
      return lease;
    };
    const a = new Node({ ...hot, leases: { ...hot.leases, acquire } });
    expect(await a.call("x", "k")).toBe("HOT_UNAVAILABLE");
    isLost = false;
    expect([a.opened, await new Node().call("x")]).toEqual([[], "ROOM_EXISTS"]);
    expect(await a.call("x", "k", true)).toBe("none");
    expect(a.opened).toEqual(["x"]);
  });

  test("is given back also where it was taken again while the room ended", async () => {
    const gate = Promise.withResolvers<void>();
    let taken = 0;
    const acquire: Hot["leases"]["acquire"] = async (...args) => {
      const lease = await hot.leases.acquire(...args);
      if (++taken > 1) await gate.promise;
      return lease;
    };
    const a = new Node({ ...hot, leases: { ...hot.leases, acquire } });
    await a.call("x");
    await hot.keys.delete("lease:{room:x}");
    await pass(20_000);
    expect(taken).toBe(2);
    a.openings.ended("x");
    await turns();
    expect(await holder("x")).toBeDefined();
    gate.resolve();
    await turns();
    expect(await holder("x")).toBeUndefined();
  });

  test("is given back where the room could not be opened", async () => {
    const [a, b] = [new Node(), new Node()];
    a.fault = new RealmError("SERVER_FULL");
    expect(await a.call("x", "k")).toBe("SERVER_FULL");
    expect(await b.call("x", "k", true)).toBe("none");
    a.fault = undefined;
    expect(await a.call("x", "k", true)).toBe("none");
    expect([a.opened, b.opened]).toEqual([[], ["x"]]);
  });

  test("is never asked for under what is no id", async () => {
    const a = new Node();
    for (const id of ["x".repeat(limits.roomIdCharacters.value + 1), "\ud800"]) {
      expect(await a.call(id)).toBe("ROOM_ID_INVALID");
    }
    expect(a.opened).toEqual([]);
  });

  test("HOT_UNAVAILABLE: nothing is opened while the hot state is away", async () => {
    const a = new Node();
    const away = (): Promise<never> => Promise.reject(new RealmError("HOT_UNAVAILABLE"));
    const b = new Node({ ...hot, leases: { ...hot.leases, acquire: away } });
    expect(await b.call("x")).toBe("HOT_UNAVAILABLE");
    await hot.close();
    expect([await a.call("x"), await a.call("x", "k")]).toEqual(
      Array.from({ length: 2 }, () => "HOT_UNAVAILABLE"),
    );
    expect([a.opened, b.opened]).toEqual([[], []]);
  });

  test("[S-LUA24] a call that is repeated opens nothing again, whoever has the id by then", async () => {
    const [a, b] = [new Node(), new Node()];
    await a.call("x", "k");
    expect([await a.call("x", "k", true), await b.call("x", "k", true)]).toEqual(["none", "none"]);
    expect(await b.call("x", "k2", true)).toBe("ROOM_EXISTS");
    expect(await b.call("x", "k", true, "eve")).toBe("ROOM_EXISTS");
    a.openings.ended("x");
    await turns();
    expect([await a.call("x", "k", true), await b.call("x", "k", true)]).toEqual(["none", "none"]);
    expect(await holder("x")).toBeUndefined();
    expect(await b.call("x", "other")).toBe("none");
    expect([await a.call("x", "k", true), await b.call("x", "k", true)]).toEqual(["none", "none"]);
    expect([a.opened, b.opened]).toEqual([["x"], ["x"]]);
  });

  test("[S-LUA24] an answer that was not kept opens its room, whatever its key opened before", async () => {
    const [a, b] = [new Node(), new Node()];
    await a.call("old", "k");
    await a.call("x", "other");
    expect([await a.call("x", "k"), await b.call("x", "k")]).toEqual([
      "ROOM_EXISTS",
      "ROOM_EXISTS",
    ]);
    expect([await a.call("x", "k", true), await b.call("x", "k", true)]).toEqual(["none", "none"]);
    expect([await b.call("y", "k"), a.opened, b.opened]).toEqual(["none", ["old", "x"], ["y"]]);
  });

  test("[S-LUA24] the call that ran the script may come behind those that repeat it", async () => {
    const [a, b] = [new Node(), new Node()];
    expect([await b.call("x", "k", true), await a.call("x", "k")]).toEqual(["none", "none"]);
    expect([await b.call("x", "k"), await b.call("x", "other")]).toEqual(["none", "ROOM_EXISTS"]);
    expect([await a.call("x"), await a.call("x", "k", false, "eve")]).toEqual([
      "ROOM_EXISTS",
      "ROOM_EXISTS",
    ]);
    expect([a.opened, b.opened]).toEqual([[], ["x"]]);
  });

  test("[S-LUA24] calls repeated at the same time open one room, and fail together on its node", async () => {
    const [a, b] = [new Node(), new Node()];
    const all = [a.call("x", "k"), a.call("x", "k", true), b.call("x", "k", true)];
    expect(await Promise.all(all)).toEqual(["none", "none", "none"]);
    expect([...a.opened, ...b.opened]).toEqual(["x"]);
    a.fault = new RealmError("SERVER_FULL");
    const both = await Promise.all([a.call("y", "n"), a.call("y", "n", true)]);
    expect(both).toEqual(["SERVER_FULL", "SERVER_FULL"]);
  });
});

describe("[S-LUA47] openedPerAccount", () => {
  const { value: most } = limits.openedPerAccount;
  const { value: waitMs } = limits.openedRoomMs;
  const fill = async (...nodes: Node[]): Promise<void> => {
    for (let i = 0; i < most; i++) {
      expect(await nodes[i % nodes.length]!.call(`r${i}`, `k${i}`)).toBe("none");
    }
  };

  test("so many, on all nodes together, and not one more; others have their own", async () => {
    const [a, b] = [new Node(), new Node()];
    await fill(a, b);
    await pass(1000);
    for (const node of [a, b]) {
      await expect(
        node.openings.begin({ account: "ada", role: "player" }, undefined),
      ).rejects.toMatchObject({
        code: "ROOMS_OPENED",
        status: 429,
        action: "retry",
        retryAfterMs: waitMs - 1000,
      });
    }
    expect(await a.call("r0", "k0", true)).toBe("none");
    expect(await a.call("eve", undefined, false, "eve")).toBe("none");
    expect(a.opened.length + b.opened.length).toBe(most + 1);
  });

  test("never more of them at once", async () => {
    const a = new Node();
    const calls = Array.from({ length: 3 * most }, (_, i) => a.call(`r${i}`));
    const codes = await Promise.all(calls);
    expect(new Set(codes)).toContain("ROOMS_OPENED");
    expect(a.opened.length).toBeLessThanOrEqual(most);
  });

  test("one more when somebody came, when a room ended, and after its wait", async () => {
    const a = new Node();
    await fill(a);
    expect(await a.call("more")).toBe("ROOMS_OPENED");
    a.openings.entered("r0");
    a.openings.entered("r0");
    await turns();
    expect([await a.call("s0"), await a.call("more")]).toEqual(["none", "ROOMS_OPENED"]);
    a.openings.ended("r0");
    a.openings.ended("r1");
    a.openings.ended("never");
    await turns();
    expect([await a.call("s1"), await a.call("more")]).toEqual(["none", "ROOMS_OPENED"]);
    await pass(waitMs);
    await fill(new Node({ ...hot, leases: createMemoryHot({ clock, log }).leases }));
    expect(await a.call("more")).toBe("ROOMS_OPENED");
  });

  test("is as many as the server is set to", async () => {
    const few = new Node(hot, { openedPerAccount: 1 });
    expect([await few.call("r0"), await few.call("r1")]).toEqual(["none", "ROOMS_OPENED"]);
    const many = new Node(hot, { openedPerAccount: 3 });
    expect([await many.call("r1"), await many.call("r2")]).toEqual(["none", "none"]);
    expect(await many.call("r3")).toBe("ROOMS_OPENED");
  });

  test.each(["service", "admin"] as const)(
    "is not for a %s, whose rooms take no place",
    async (role) => {
      const a = new Node();
      const call = (id: string, key?: string, isKept?: boolean): Promise<string> =>
        a.call(id, key, isKept, "ada", role);
      for (let i = 0; i <= most; i++) expect(await call(`s${i}`, `k${i}`)).toBe("none");
      // one whose room could not be opened at first
      a.fault = new RealmError("SERVER_FULL");
      expect(await call("late", "late")).toBe("SERVER_FULL");
      a.fault = undefined;
      expect(await call("late", "late", true)).toBe("none");
      await fill(a);
      expect(await a.call("more")).toBe("ROOMS_OPENED");
      a.openings.entered("s0");
      a.openings.ended("s1");
      await turns();
      expect(await a.call("more")).toBe("ROOMS_OPENED");
    },
  );

  test.each(["player", "moderator"] as const)("is for a %s", async (role) => {
    const a = new Node();
    await fill(a);
    expect(await a.call("more", undefined, false, "ada", role)).toBe("ROOMS_OPENED");
  });

  test("what was not opened does not count", async () => {
    const a = new Node();
    a.fault = new RealmError("SERVER_FULL");
    for (let i = 0; i <= most; i++) expect(await a.call(`f${i}`)).toBe("SERVER_FULL");
    a.fault = undefined;
    await fill(a);
  });
});
