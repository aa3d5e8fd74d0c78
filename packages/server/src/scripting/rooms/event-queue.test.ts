import { beforeEach, describe, expect, test } from "vitest";
import { EventQueue, mustCome, type QueuedEvent } from "./event-queue.ts";
import { batchCharacters } from "./room-batch.ts";

let queue: EventQueue;
beforeEach(() => {
  queue = new EventQueue();
});

const event = (on: string, account = "ann", seat = 0): QueuedEvent => ({
  event: { on, with: [account] },
  member: { seat, account },
});
const input = (account = "ann", seat = 0): QueuedEvent => ({
  event: { on: "say", with: [account], input: true },
  member: { seat, account },
});
const words = (events: readonly QueuedEvent[]): string[] =>
  events.map(({ event: { on }, member }) => `${on} ${member?.account}`);
const all = (): string[] => words(queue.take());

describe("[S-LUA36] the events of a room", () => {
  test("come in their order, those put back before all others", () => {
    for (const one of [event("join"), event("drop"), event("join", "ben", 1)]) queue.add(one);
    const [first, second] = queue.take(2);
    queue.add(event("leave", "cid", 2));
    queue.putBack([first!, second!]);
    expect(all()).toEqual(["join ann", "drop ann", "join ben", "leave cid"]);
    expect([queue.isEmpty, all()]).toEqual([true, []]);
  });

  test("of one who came and went while nobody heard of it are none, whatever came between", () => {
    const one = [event("join"), input(), event("drop"), event("reconnect"), event("leave")];
    for (const each of [event("join", "ben", 1), ...one, input("ben", 1)]) queue.add(each);
    expect(all()).toEqual(["join ben", "say ben"]);
  });

  test("of one who had gone before stay, and of another one in the same seat", () => {
    for (const each of [event("leave"), event("join", "ben"), event("leave", "ben")]) {
      queue.add(each);
    }
    expect(all()).toEqual(["leave ann"]);
    for (const each of [event("join"), event("drop"), event("leave", "ben", 1)]) queue.add(each);
    expect(all()).toEqual(["join ann", "drop ann", "leave ben"]);
  });

  test("of a connection that broke and came back are none, its inputs stay", () => {
    for (const each of [event("drop"), input(), event("reconnect")]) queue.add(each);
    expect(all()).toEqual(["say ann"]);
    // of another seat
    for (const each of [event("drop"), event("reconnect", "ben", 1)]) queue.add(each);
    expect(all()).toEqual(["drop ann", "reconnect ben"]);
  });

  test("of the stay of one who was not let in go, those of later holders of the seat stay", () => {
    const later = [event("join", "ann"), event("drop", "ann")];
    for (const each of [input(), event("drop"), event("leave"), ...later]) queue.add(each);
    queue.add(event("drop", "ben", 1));
    queue.dropStay({ seat: 0, account: "ann" });
    expect(all()).toEqual(["join ann", "drop ann", "drop ben"]);
    for (const each of [input(), event("drop", "ben", 0)]) queue.add(each);
    queue.dropStay({ seat: 0, account: "ann" });
    expect(all()).toEqual(["drop ben"]);
  });

  test("of a stay that was refused go, though the next one in its seat is over, too", () => {
    const [left, next] = [event("leave"), event("join")];
    for (const each of [left, next]) queue.add(each);
    queue.take();
    queue.add(event("leave"));
    queue.putBack([left, next]);
    queue.dropStay({ seat: 0, account: "ann" });
    expect(all()).toEqual(["join ann", "leave ann"]);
  });

  test("must come, but for inputs and ticks", () => {
    const tick: QueuedEvent = { event: { on: "tick", with: [] } };
    expect([event("join"), event("leave"), input(), tick].map(mustCome)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("[S-LUA35] one call", () => {
  test("takes 256 events and not one more", () => {
    for (let i = 0; i < 257; i++) queue.add(input(`a${i}`, i));
    expect([queue.take().length, queue.isEmpty, queue.take().length]).toEqual([256, false, 1]);
  });

  test("takes what fits, in any case one", () => {
    const large = (characters: number): QueuedEvent => ({
      event: { on: "say", with: ["x".repeat(characters)], input: true },
    });
    const empty = JSON.stringify(large(0).event).length + 1;
    for (const one of [batchCharacters - 2 * empty, 0, 0]) queue.add(large(one));
    expect(queue.take()).toHaveLength(2);
    queue.take();
    for (const one of [batchCharacters - 2 * empty + 1, 0]) queue.add(large(one));
    expect(queue.take()).toHaveLength(1);
    queue.take();
    queue.add(large(2 * batchCharacters));
    expect([queue.take().length, queue.isEmpty]).toEqual([1, true]);
  });

  test("leaves nobody's input behind where inputs are taken out", () => {
    for (const each of [event("join"), input(), event("drop"), input("ben", 1)]) queue.add(each);
    expect(words(queue.takeInputs())).toEqual(["say ann", "say ben"]);
    expect([all(), queue.takeInputs()]).toEqual([["join ann", "drop ann"], []]);
  });
});
