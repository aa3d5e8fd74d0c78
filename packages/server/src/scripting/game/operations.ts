import { z } from "zod";
import { operation, type AnyOperation } from "../../services/operation.ts";
import type { GameScripts } from "./game-scripts.ts";

const problem = z.object({ file: z.string(), line: z.int(), text: z.string() });

const script = z.object({
  name: z.string(),
  version: z.int().optional(),
  hash: z.string().optional(),
  sinceMs: z.int().optional(),
  reload: z.enum(["live", "start"]),
  room: z.string().optional(),
  problem: problem.optional(),
});

/** `GET /v1/scripts`: what of a game's scripts is in use, and what is wrong with the rest. */
export function scriptOperations(scripts: GameScripts): readonly AnyOperation[] {
  const list = operation({
    name: "scripts.list",
    action: "scripts.manage",
    route: { method: "GET", path: "/v1/scripts" },
    summary: "Lists the game's scripts with their versions and problems.",
    input: z.strictObject({}),
    output: z.object({ scripts: z.array(script) }),
    errors: [],
    example: {
      output: {
        scripts: [{ name: "move_player", version: 3, hash: "5f…", sinceMs: 0, reload: "live" }],
      },
    },
    run: async () => ({ scripts: scripts.list().map((one) => ({ ...one })) }),
  });
  return [list];
}
