import { connect, type Client, type ClientRoom, type SessionStorage } from "@realmwright/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SimulatedRealm } from "../simulation/simulated-realm.ts";
import {
  type FieldGame,
  Door,
  fieldGame,
  Heard,
  Move,
  Shout,
  Strike,
  Walker,
  walking,
} from "../testing/field-game.ts";

const game = { rooms: { field: { predict: walking }, cave: { predict: walking } } };
type Field = ClientRoom<FieldGame["rooms"]["field"]>;

class Storage implements SessionStorage {
  readonly items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

describe.each(["binary", "msgpack", "json"] as const)("a %s client", (encoding) => {
  let realm: SimulatedRealm;
  let ada: Client<FieldGame>;
  let room: Field;
  let storage: Storage;

  const open = async (name: string): Promise<Client<FieldGame>> =>
    await realm.until(connect<FieldGame>({ ...realm.guest(name), encoding, game }));
  const frames = async (ms: number): Promise<void> =>
    await realm.run(ms, 16, (now) => room.update(now));

  beforeEach(async () => {
    realm = await SimulatedRealm.start(fieldGame());
    realm.network.conditions.delayMs = 30;
    storage = new Storage();
    ada = await realm.until(connect<FieldGame>({ ...realm.guest("Ada"), encoding, game, storage }));
    room = await realm.until(ada.join("field"));
    await frames(500);
  });
  afterEach(() => {
    realm.stop();
    expect(realm.errors).toEqual([]);
  });

  test("P-SES8 P-SES9 comes back into its seat after a cut; the game keeps its room", async () => {
    const trace: string[] = [];
    room.onEnter(Walker, (walker) => trace.push(`enter ${walker.name}`));
    room.onLeave(Walker, (walker) => trace.push(`leave ${walker.name}`));
    room.onLeft(({ code }) => trace.push(`left ${code}`));
    ada.onState((state) => trace.push(state));
    const { seat } = room;
    room.input(Move, { dx: 1, dy: 0 });
    await frames(500);
    const x = room.view(room.self!).x;
    realm.network.cut();
    await frames(3000);
    expect(trace).toEqual([
      "enter Ada",
      "waiting",
      "connecting",
      "authenticating",
      "open",
      "leave Ada",
      "enter Ada",
    ]);
    expect(room.seat).toBe(seat);
    expect(ada.rooms).toEqual([room]);
    expect(ada.stats.reconnects).toBe(1);
    expect(room.self!.x).toBeGreaterThan(x);
    const answer = room.send(Shout, { text: "back" });
    expect((await realm.until(answer)).ok).toBe(true);
  });

  test("inputs that the seat has not taken are sent again, in order and once", async () => {
    const bob = await open("Bob");
    const there = await realm.until(bob.join("field"));
    const heard: string[] = [];
    there.on(Heard, ({ text }) => heard.push(text));
    room.input(Move, { dx: 1, dy: 0 });
    await frames(1000);
    const answers = ["one", "two"].map((text) => room.send(Shout, { text }));
    realm.network.cut();
    await frames(3000);
    await realm.until(Promise.all(answers));
    expect(heard).toEqual(["one", "two"]);
    room.input(Move, { dx: 0, dy: 0 });
    await frames(1500);
    expect(room.view(room.self!).x).toBeCloseTo(
      there.get(Walker, there.all(Walker).find((w) => w.name === "Ada")!.id)!.x,
      1,
    );
    expect(room.stats.openInputs).toBe(0);
  });

  test("a stalled connection is given up and replaced", async () => {
    realm.network.stall(true);
    await realm.untilSo(() => ada.state === "waiting", 10_000);
    realm.network.stall(false);
    await realm.untilSo(() => ada.state === "open");
    await frames(1000);
    expect(room.self?.id).toBe(room.all(Walker)[0]!.id);
    expect(room.isLive).toBe(true);
  });

  test("a page that was reloaded is back in its room when connect resolves", async () => {
    // the page is gone without a word
    realm.network.cut();
    const again = await realm.until(
      connect<FieldGame>({ ...realm.guest("Ada"), encoding, game, storage }),
    );
    expect(again.isResumed).toBe(true);
    expect(again.room?.name).toBe("field");
    expect(again.account).toBe(ada.account);
    await realm.run(100);
    expect(again.room?.self?.type).toBe("walker");
    expect(again.room?.all(Walker)).toHaveLength(1);
  });

  test("C-CON12 a page that is reloaded while the server is away finds its seat later", async () => {
    const { seat } = room;
    realm.network.conditions.isDown = true;
    realm.network.cut();
    const options = { ...realm.guest("Ada"), encoding, game, storage };
    const lost = await realm.until(connect(options).catch((error: unknown) => error));
    expect(lost).toMatchObject({ code: "CONNECTION_LOST" });
    realm.network.conditions.isDown = false;
    const again = await realm.until(connect<FieldGame>(options));
    expect(again.room).toMatchObject({ name: "field", seat });
  });

  test("C-CON12 a player who takes another name is another guest", async () => {
    const { account } = ada;
    realm.network.cut();
    const options = { ...realm.guest("Eve"), encoding, game, storage };
    const eve = await realm.until(connect<FieldGame>(options));
    expect(eve.isResumed).toBe(false);
    expect(eve.name).toBe("Eve");
    expect(eve.account).not.toBe(account);
  });

  test("a seat that is no longer kept ends its room", async () => {
    const left: string[] = [];
    room.onLeft(({ code }) => left.push(code));
    realm.network.conditions.isDown = true;
    realm.network.cut();
    await frames(40_000);
    expect(left).toEqual([]);
    realm.network.conditions.isDown = false;
    await realm.untilSo(() => ada.state === "open", 30_000);
    expect(left).toEqual(["RESUME_INVALID"]);
    const anew = await realm.until(ada.join("field"));
    await realm.run(100);
    expect(anew.all(Walker)[0]?.name).toBe("Ada");
  });

  test("P-ROOM9 a door leads to another room on the same connection", async () => {
    const moved: string[] = [];
    ada.onRoom((next, from) => moved.push(`${from?.name} to ${next.name}`));
    room.onLeft(({ code }) => moved.push(code));
    moved.length = 0;
    const answer = room.send(Door, { to: "cave" });
    await realm.until(answer);
    await frames(300);
    expect(moved).toEqual(["field to cave", "MOVED"]);
    expect(ada.room?.self).toMatchObject({ x: 500, name: "Ada" });
    expect(ada.stats.reconnects).toBe(0);
  });

  test("a development reload goes on in the same room, under new schemas", async () => {
    const trace: string[] = [];
    room.onEnter(Walker, (walker) => trace.push(`enter ${walker.name}`));
    room.onLeave(Walker, (walker) => trace.push(`leave ${walker.name}`));
    await realm.until(realm.reload(fieldGame({ tickRate: 25 })));
    await frames(500);
    expect(trace).toEqual(["enter Ada", "leave Ada", "enter Ada"]);
    expect(room.tickRate).toBe(25);
    room.input(Move, { dx: 1, dy: 0 });
    await frames(1000);
    expect(room.self!.x).toBeGreaterThan(104);
    expect(ada.stats.reconnects).toBe(0);
  });

  test("C-ROOM13 an input that names entities of a lost connection is not sent to others", async () => {
    const bob = await open("Bob");
    const there = await realm.until(bob.join("field"));
    await frames(300);
    const target = room.all(Walker).find(({ name }) => name === "Bob")!.id;
    realm.network.conditions.isDown = true;
    const answer = room.send(Strike, { target });
    realm.network.cut();
    await frames(500);
    realm.network.conditions.isDown = false;
    expect(await realm.until(answer)).toMatchObject({ ok: false, code: "TARGET_UNKNOWN" });
    await frames(3000);
    expect(there.all(Walker).map(({ hp }) => hp)).toEqual([100, 100]);
  });
});
