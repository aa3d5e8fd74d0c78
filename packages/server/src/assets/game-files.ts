import { posix } from "node:path";
import type { Files, TileMap } from "@realmwright/core";
import { readTiledMap } from "@realmwright/core/internal";
import { FileTree } from "./file-tree.ts";
import { inflate } from "./inflate.ts";

/** The game's own assets, for its rooms. */
export class GameFiles implements Files {
  readonly tree: FileTree;

  /** @param folder undefined for a game without assets. */
  constructor(folder: string | undefined) {
    this.tree = new FileTree(folder);
  }

  async text(path: string): Promise<string> {
    return (await this.tree.read(path)).toString("utf8");
  }

  async bytes(path: string): Promise<Uint8Array> {
    return await this.tree.read(path);
  }

  async map(path: string): Promise<TileMap> {
    const folder = posix.dirname(path);
    return await readTiledMap(await this.tree.read(path), {
      // a name that leads out of the folder finds nothing
      load: async (name) => await this.tree.read(posix.normalize(posix.join(folder, name))),
      inflate,
    });
  }
}
