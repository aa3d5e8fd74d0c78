// A map that a browser has streamed and revived is the map that the server's rooms read.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { collisionGrid, defineGame, room, type TileMap } from "realmwright";
import { reviveMap } from "realmwright/client";
import { createLog, createServer, type Server } from "realmwright/server";
import { GameFiles } from "realmwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "./tidy/repository.ts";

/** About everything that a map may hold. */
const cave = `<?xml version="1.0" encoding="UTF-8"?>
<map class="Cave" orientation="orthogonal" width="3" height="2" tilewidth="16" tileheight="8" infinite="0" backgroundcolor="#336699">
 <properties>
  <property name="music" value="drips &amp; echoes"/>
  <property name="level" type="int" value="-3"/>
  <property name="safe" type="bool" value="true"/>
  <property name="loot" type="class" propertytype="Loot">
   <properties>
    <property name="gold" type="int" value="5"/>
    <property name="inner" type="class" propertytype="In"><properties><property name="x" type="float" value="0.5"/></properties></property>
   </properties>
  </property>
  <property name="list" type="list"><item type="int" value="1"/><item type="string" value="two"/></property>
 </properties>
 <tileset firstgid="1" name="a" tilewidth="16" tileheight="8" spacing="1" margin="2" tilecount="4" columns="2" objectalignment="topleft">
  <tileoffset x="3" y="-4"/>
  <image source="../tiles/a.png" width="37" height="21"/>
  <tile id="1" type="wall"><animation><frame tileid="1" duration="100"/><frame tileid="3" duration="250"/></animation></tile>
  <tile id="2">
   <objectgroup draworder="index"><object id="1" x="0" y="0" width="16" height="8"/></objectgroup>
  </tile>
 </tileset>
 <tileset firstgid="9" source="rocks.tsx"/>
 <group id="5" name="outer" offsetx="10" opacity="0.5" parallaxx="2">
  <layer id="1" name="Ground" width="3" height="2" visible="0">
   <data encoding="csv">1,2,2147483651,0,9,3</data>
  </layer>
 </group>
 <objectgroup id="2" name="Things">
  <object id="1" name="Box" type="Door" x="1.5" y="2.5" width="3" height="4" rotation="45"/>
  <object id="2" x="0" y="0"><point/></object>
  <object id="3" x="0" y="0" width="2" height="2" visible="0"><ellipse/></object>
  <object id="5" x="10" y="20"><polygon points="0,0 1.5,-2 3e1,4"/></object>
  <object id="6" x="10" y="20"><polyline points="0,0 5,5"/></object>
  <object id="7" gid="2147483650" x="4" y="8" width="16" height="16"/>
  <object id="8" x="1" y="1" width="9" height="9"><text wrap="1">Hello</text></object>
 </objectgroup>
</map>`;
const rocks = `<tileset name="rocks" tilewidth="16" tileheight="8" tilecount="1" columns="0">
 <tile id="0"><image source="r.png" width="16" height="8"/></tile>
</tileset>`;

async function streamed(server: Server, file: string): Promise<TileMap> {
  const answer = await fetch(`${server.url}/maps/${file}.json`);
  expect(answer.status).toBe(200);
  return reviveMap(await answer.json());
}

/** What is so in the files, and not in what is streamed: where tilesets and images lie from the map's own folder. */
function placed(map: TileMap, image: (file: string) => string): TileMap {
  const moved = (one: { path: string; width: number; height: number } | undefined) =>
    one === undefined ? undefined : { ...one, path: image(one.path) };
  return {
    ...map,
    tilesets: map.tilesets.map((set) => ({
      ...set,
      source: "",
      image: moved(set.image),
      tiles: new Map(
        [...set.tiles].map(([id, tile]) => [id, { ...tile, image: moved(tile.image) }]),
      ),
    })),
  };
}

describe.each(["a map of everything", "the game realm"])("%s", (which) => {
  const isRealm = which === "the game realm";
  const files = isRealm ? ["maps/town.tmj", "maps/forest.tmj"] : ["maps/cave.tmx"];
  let assets: string;
  let server: Server;

  beforeAll(async () => {
    assets = isRealm
      ? path.join(root, "games/realm/assets")
      : mkdtempSync(path.join(tmpdir(), "map-"));
    if (!isRealm) {
      mkdirSync(path.join(assets, "maps"));
      writeFileSync(path.join(assets, "maps/cave.tmx"), cave);
      writeFileSync(path.join(assets, "maps/rocks.tsx"), rocks);
    }
    server = createServer({
      game: defineGame({ name: "maps", rooms: { hall: room({}) } }),
      secret: new Uint8Array(32).fill(5),
      http: { port: 0 },
      log: createLog({ level: "silent" }),
      assets,
    });
    await server.start();
  });
  afterAll(async () => {
    await server.stop();
    if (!isRealm) rmSync(assets, { recursive: true });
  });

  test.for(files)("C-MAP1 %s is the same in a browser", async (file) => {
    const read = await new GameFiles(assets).map(file);
    const map = await streamed(server, file);
    expect(map).toEqual(placed(read, (image) => path.posix.join("maps", image)));
    expect(collisionGrid(map).cells).toEqual(collisionGrid(read).cells);
    expect(collisionGrid(map).cells).toContain(1);
  });
});
