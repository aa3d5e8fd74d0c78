import { defineGame, room } from "@realmwright/core";
import { input, t } from "@realmwright/protocol";
import { expect, test } from "vitest";
import { HostBench } from "../testing/host-bench.ts";

const Cast = input("cast", { power: t.uint(9) });

test.each(["local", "bus"] as const)(
  "[S-HOST5] what was said before leaving does not count for the seat that one gets on coming back, over a %s link",
  async (link) => {
    const casts: number[] = [];
    const town = room({
      tickRate: 20,
      permanent: true,
      inputs: { Cast },
      on: { cast: (_, _player, { power }) => void casts.push(power) },
    });
    const bench = await HostBench.start(defineGame({ name: "test", rooms: { town } }), link);
    const edge = bench.edge();
    const { session } = bench.open(edge, "ann");
    const first = bench.join(edge, session, "town");
    const at = { session, room: first.room, seat: first.seat };
    edge.say({ type: "leave", ...at, since: first.tick });
    bench.run();
    const second = bench.join(edge, session, "town");
    expect(second).toMatchObject({ seat: first.seat, inputSeq: 0 });
    const late = [{ seq: 9, input: 0, view: -1, value: { power: 1 } }];
    const timely = [{ seq: 1, input: 0, view: -1, value: { power: 2 } }];
    edge.say({ type: "input", ...at, since: first.tick, items: late });
    edge.say({ type: "leave", ...at, since: first.tick });
    edge.say({ type: "input", ...at, since: second.tick, items: timely });
    bench.run();
    expect(casts).toEqual([2]);
    expect(bench.host.rooms()).toMatchObject([{ players: 1 }]);
  },
);
