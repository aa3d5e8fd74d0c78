import { join } from "node:path";
import { readScripts, type GameScripts } from "@realmwright/server/internal";
import { scriptsName } from "./script-watch.ts";
import { placed, type SourceError } from "./source-error.ts";

/** Loads the scripts of a game's folder as they are now. Answers what is wrong in them; what is, goes on as it was. */
export async function loadScripts(
  root: string,
  scripts: Pick<GameScripts, "load">,
): Promise<readonly SourceError[]> {
  const folder = join(root, scriptsName);
  const problems = await scripts.load(await readScripts(folder));
  return problems.map(({ file, line, text }) => placed(text, root, join(folder, file), line));
}
