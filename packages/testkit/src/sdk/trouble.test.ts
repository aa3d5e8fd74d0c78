import { connect, type Client, type ClientRoom } from "@realmwright/client";
import type { RealmError } from "@realmwright/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SimulatedRealm } from "../simulation/simulated-realm.ts";
import { type FieldGame, fieldGame, Move, Walker, walking } from "../testing/field-game.ts";

const game = { rooms: { field: { predict: walking }, cave: { predict: walking } } };

describe.each(["binary", "msgpack", "json"] as const)("a %s client", (encoding) => {
  let realm: SimulatedRealm;
  let ada: Client<FieldGame>;
  let room: ClientRoom<FieldGame["rooms"]["field"]>;
  let ends: (string | undefined)[];

  const begin = async (options: Parameters<typeof fieldGame>[0] = {}): Promise<void> => {
    realm = await SimulatedRealm.start(fieldGame(options));
    realm.network.conditions.delayMs = 30;
    ada = await realm.until(connect<FieldGame>({ ...realm.guest("Ada"), encoding, game }));
    ends = [];
    ada.onClosed((error) => ends.push(error?.code));
    room = await realm.until(ada.join("field"));
    room.onLeft(({ code }) => ends.push(`left ${code}`));
    await realm.run(500, 16, (now) => room.update(now));
  };
  const failure = async (promise: Promise<unknown>): Promise<RealmError> =>
    await realm.until(
      promise.then(
        () => Promise.reject(new Error("it did not fail")),
        (error: unknown) => error as RealmError,
      ),
    );

  beforeEach(() => begin());
  afterEach(() => {
    realm.stop();
    expect(realm.errors).toEqual([]);
  });

  test("C-CON11 one who was removed from the server does not come back by itself", async () => {
    realm.kick(ada.account!);
    await realm.run(20_000);
    expect(ada.state).toBe("closed");
    expect(ends).toEqual(["left KICKED", "JOIN_REFUSED"]);
    expect(realm.network.size).toBe(0);
  });

  test("P-SES15 C-CON11 a join into a server that goes down is refused, and the connection stays", async () => {
    const notices: string[] = [];
    ada.onNotice(({ code }) => notices.push(code));
    realm.drain(60_000);
    await realm.run(100);
    expect((await failure(ada.join("cave"))).code).toBe("SERVER_DRAINING");
    expect([ada.state, ...notices]).toEqual(["open", "DRAINING"]);
    expect(room.isLive).toBe(true);
  });

  test("the game's own refusal of a join says why", async () => {
    const error = await failure(ada.join("cave", { banned: true }));
    expect(error.code).toBe("JOIN_REFUSED");
    expect(error.cause).toMatchObject({ code: "BANNED" });
    expect((await failure(ada.join("field"))).code).toBe("ALREADY_A_MEMBER");
  });

  test("P-SES9 a session that another page took over ends there for good", async () => {
    const items = new Map<string, string>();
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    };
    const first = await realm.until(
      connect<FieldGame>({ ...realm.guest("Bob"), encoding, game, storage }),
    );
    await realm.until(first.join("field"));
    const codes: (string | undefined)[] = [];
    first.onClosed((error) => codes.push(error?.code));
    const second = await realm.until(
      connect<FieldGame>({ ...realm.guest("Bob"), encoding, game, storage }),
    );
    await realm.run(5000);
    expect(codes).toEqual(["SESSION_SUPERSEDED"]);
    expect([first.state, second.state, second.room?.name]).toEqual(["closed", "open", "field"]);
    // what brings the second page back is still there
    expect([...items.values()].join("")).toContain("resume");
  });

  test("a stream that makes no sense is begun anew", async () => {
    const states: string[] = [];
    ada.onState((state) => states.push(state));
    realm.network.corrupt(1);
    room.input(Move, { dx: 1, dy: 0 });
    await realm.run(4000, 16, (now) => room.update(now));
    expect(states).toEqual(["waiting", "connecting", "authenticating", "open"]);
    expect(room.all(Walker)).toHaveLength(1);
    expect(room.isLive).toBe(true);
  });

  test("a frame after a long sleep neither bursts nor jumps", async () => {
    room.input(Move, { dx: 1, dy: 0 });
    await realm.run(1000, 16, (now) => room.update(now));
    const before = room.view(room.get(Walker, room.self!.id)!).x;
    await realm.run(60_000);
    expect(ada.state).toBe("open");
    room.update();
    expect(room.stats.openInputs).toBeLessThan(8);
    expect(room.view(room.get(Walker, room.self!.id)!).x - before).toBeLessThan(3);
    await realm.run(1000, 16, (now) => room.update(now));
    expect(room.stats.corrections).toBe(0);
  });

  test("a quick room's player is never above a limit", async () => {
    realm.stop();
    await begin({ tickRate: 60 });
    const errors: unknown[] = [];
    ada.onError((error) => errors.push(error));
    for (let second = 0; second < 60; second++) {
      room.input(Move, { dx: second % 2 === 0 ? 1 : -1, dy: 0 });
      await realm.run(1000, 16, (now) => room.update(now));
    }
    expect([errors, ends, room.stats.corrections]).toEqual([[], [], 0]);
  });

  test("C-INP3 the steered input sent as an action is answered too", async () => {
    const answer = realm.until(room.send(Move, { dx: 1, dy: 0 }));
    expect(await answer).toMatchObject({ ok: true });
  });

  test("a client that closes is gone at once, and leaves nothing behind", async () => {
    const bob = await realm.until(connect<FieldGame>({ ...realm.guest("Bob"), encoding }));
    const there = await realm.until(bob.join("field"));
    await realm.run(200);
    const gone: string[] = [];
    there.onLeave(Walker, ({ name }) => gone.push(name));
    ada.close();
    await realm.run(300);
    expect(gone).toEqual(["Ada"]);
    expect(ends).toEqual(["left LEFT", undefined]);
    expect(realm.network.size).toBe(1);
    expect((await failure(ada.join("field"))).code).toBe("CLIENT_CLOSED");
  });
});
