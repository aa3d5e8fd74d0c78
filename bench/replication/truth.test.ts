import { describe, expect, it } from "vitest";
import { Crowd } from "./crowd.ts";
import { Truth, watchedOf } from "./truth.ts";

const about = { entities: 100, clients: 100, visible: 10 };
const centimetres = (metres: number): number => Math.round(metres * 100);

function begun(): { crowd: Crowd; truth: Truth; hold: (i: number) => void } {
  const crowd = new Crowd(about, 7);
  const truth = new Truth(crowd, about);
  truth.remember(centimetres);
  const { x, y, heading, flags } = crowd;
  const at = Array.from(x, (_, i) => [centimetres(x[i]!), centimetres(y[i]!)] as const);
  const then = { heading: heading.slice(), flags: flags.slice() };
  return {
    crowd,
    truth,
    hold: (i) => truth.holds(i, ...at[i]!, then.heading[i]!, then.flags[i]!),
  };
}

describe("truth", () => {
  it("tells a side that keeps up its nearest from one that holds half of them", () => {
    const { truth, hold } = begun();
    for (let i = 0; i < about.entities; i++) hold(i);
    truth.sees(3, () => true);
    expect(truth.shares()).toEqual({ present: 1, fresh: 1, checked: 100 });
    let asked = 0;
    truth.sees(4, () => asked++ % 2 === 0);
    expect(truth.shares().present).toBe(0.75);
  });

  it("tells what is of this tick from what is of one before, and throws at what never was", () => {
    const { crowd, truth, hold } = begun();
    hold(0);
    crowd.step();
    truth.remember(centimetres);
    hold(1);
    expect(truth.shares()).toMatchObject({ fresh: 0.5, checked: 2 });
    expect(() => truth.holds(2, -5, -5, 0, 0)).toThrow("entity 2 was never at");
    for (let i = 0; i < 8; i++) {
      crowd.step();
      truth.remember(centimetres);
    }
    expect(() => hold(1)).toThrow("entity 1 was never at");
  });
});

describe("the clients that are watched", () => {
  it("are eight, spread evenly, or all when they are fewer", () => {
    expect(watchedOf({ ...about, clients: 500 })).toEqual([31, 93, 156, 218, 281, 343, 406, 468]);
    expect(watchedOf({ ...about, clients: 3 })).toEqual([0, 1, 2]);
  });
});
