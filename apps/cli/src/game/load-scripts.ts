import { join } from "node:path";
import { readScripts, type GameScripts, type ScriptedRooms } from "@realmwright/server/internal";
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

/**
 * Takes changed scripts into a running game. Where their kinds of rooms are others now, `reload` is to define the game anew.
 * Rejects as `reload` does.
 */
export async function takeScripts(
  root: string,
  { scripts, rooms }: { scripts: Pick<GameScripts, "load">; rooms: Pick<ScriptedRooms, "outline"> },
  reload: () => Promise<void>,
): Promise<readonly SourceError[]> {
  const before = rooms.outline;
  const problems = await loadScripts(root, scripts);
  if (rooms.outline !== before) await reload();
  return problems;
}
