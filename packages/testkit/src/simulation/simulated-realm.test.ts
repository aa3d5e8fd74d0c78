import { connect, type ClientRoom } from "@realmwright/client";
import { afterEach, expect, test } from "vitest";
import {
  type FieldGame,
  fieldGame,
  Heard,
  Move,
  Shout,
  Walker,
  walking,
} from "../testing/field-game.ts";
import { SimulatedRealm } from "./simulated-realm.ts";

let realm: SimulatedRealm;

afterEach(() => {
  realm.stop();
  expect(realm.errors).toEqual([]);
});

test("two players meet", async () => {
  realm = await SimulatedRealm.start(fieldGame());
  realm.network.conditions.delayMs = 20;
  const ada = await realm.until(connect<FieldGame>(realm.guest("Ada")));
  const bob = await realm.until(connect<FieldGame>(realm.guest("Bob")));
  const here = await realm.until(ada.join("field"));
  const there = await realm.until(bob.join("field", { x: 110 }));
  await realm.run(200);
  expect(here.all(Walker).map((w) => w.name)).toEqual(["Ada", "Bob"]);
  const heard: string[] = [];
  there.on(Heard, ({ text, from }) => heard.push(`${text} ${there.get(Walker, from)?.name}`));
  const answer = here.send(Shout, { text: "hey" });
  await realm.until(answer);
  await realm.run(100);
  expect(heard).toEqual(["hey Ada"]);
  expect(there.document.shared).toEqual({ shouts: 1, last: "hey" });
  here.input(Move, { dx: 1, dy: 0 });
  await realm.run(1000, 16, (now) => here.update(now));
  expect(there.all(Walker)[0]!.x).toBeGreaterThan(104);
  expect(ada.stats.rttMs).toBeCloseTo(40, -1);
  void (here satisfies ClientRoom<FieldGame["rooms"]["field"]>);
  void walking;
});
