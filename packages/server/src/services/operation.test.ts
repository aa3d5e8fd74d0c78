import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { operation, type AnyOperation } from "./operation.ts";

const rename = operation({
  name: "ships.rename",
  action: "objects.write",
  route: { method: "PUT", path: "/ships/:ship/name" },
  summary: "Gives a ship a name.",
  input: z.strictObject({ ship: z.string(), name: z.string(), loud: z.boolean().default(false) }),
  in: { ship: "path" },
  output: z.object({ name: z.string() }),
  errors: ["NAME_INVALID"],
  async run(_call, { ship, name, loud }) {
    expectTypeOf(loud).toEqualTypeOf<boolean>();
    return { name: `${ship}: ${loud ? name.toUpperCase() : name}` };
  },
});

test("input and output are inferred, and any operation stands among others", async () => {
  expectTypeOf<Parameters<typeof rename.run>[1]>().toEqualTypeOf<{
    ship: string;
    name: string;
    loud: boolean;
  }>();
  const all: readonly AnyOperation[] = [rename];
  const call = { subject: undefined, address: "192.0.2.1" };
  const input = all[0]!.input.parse({ ship: "a", name: "b" });
  expect(await all[0]!.run(call, input)).toEqual({ name: "a: b" });
});
