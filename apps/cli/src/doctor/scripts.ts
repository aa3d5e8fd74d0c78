import { join } from "node:path";
import { createLog } from "@realmwright/server";
import {
  EmbeddedEngine,
  limitValues,
  readScripts,
  ScriptShelf,
  systemClock,
} from "@realmwright/server/internal";
import { limitOverrides } from "../config/adjustable-limits.ts";
import type { Config } from "../config/config.ts";
import { scriptsName } from "../game/script-watch.ts";
import { failure, ok, type Finding } from "./finding.ts";

/** Compiles the game's scripts as a server does when it starts; none runs. Says nothing where there are none. */
export async function checkScripts(folder: string, config: Config): Promise<readonly Finding[]> {
  const files = await readScripts(join(folder, scriptsName));
  if (files.size === 0) return [];
  const clock = systemClock();
  const limits = limitValues(limitOverrides(config.limits));
  const engine = await EmbeddedEngine.start({ clock, limits, log: createLog({ level: "silent" }) });
  try {
    const problems = await new ScriptShelf(engine, limits, clock).load(files);
    if (problems.length === 0) return [ok("scripts", `all ${files.size} compile`)];
    return problems.map(({ file, line, text }) =>
      failure("scripts", `${scriptsName}/${file}:${line} ${text}`, "Mend it there."),
    );
  } finally {
    await engine.close();
  }
}
