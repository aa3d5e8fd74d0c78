import { limits } from "@realmwright/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Answers, type Answer } from "./answers.ts";

const most = 2 * limits.inboxPerSeat.value;

describe("[S-INPUT1] the answers of a seat", () => {
  test("are the newest that fit, in order, whatever came before", () => {
    const answer = fc.record({
      seq: fc.integer({ min: 1, max: 0xffff_ffff }),
      code: fc.option(fc.constantFrom("DEAD", "TOO_FAR"), { nil: undefined }),
      text: fc.option(fc.constantFrom("No.", "Not you."), { nil: undefined, freq: 2 }),
    });
    const list = fc.uniqueArray(answer, { selector: ({ seq }) => seq, maxLength: 3 * most });
    fc.assert(
      fc.property(list, fc.nat(), (all, cut) => {
        let answers = new Answers();
        const kept: Answer[] = [];
        for (const [i, each] of all.entries()) {
          answers.add(each);
          kept.push(each);
          if (kept.length > most) kept.shift();
          if (i !== cut % all.length) continue;
          const saved = answers.save();
          expect(saved).toEqual(kept);
          answers = new Answers();
          answers.restore(saved);
        }
        expect(answers.save()).toEqual(kept);
        for (const each of all) {
          expect(answers.get(each.seq)).toEqual(kept.find(({ seq }) => seq === each.seq));
        }
      }),
    );
  });

  test.each([most, most + 1])(
    "%d of them: the first is remembered while there is room",
    (count) => {
      const answers = new Answers();
      for (let seq = 1; seq <= count; seq++) answers.add({ seq });
      expect(answers.get(1)).toEqual(count === most ? { seq: 1, code: undefined } : undefined);
      expect(answers.get(2)?.seq).toBe(2);
      expect(answers.get(count + 1)).toBeUndefined();
    },
  );
});
