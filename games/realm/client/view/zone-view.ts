import { Container } from "pixi.js";
import type { Art } from "../data/art.ts";
import type { Manifest } from "../data/catalogue.ts";
import type { MapData } from "../data/map-data.ts";
import { Actor } from "./actor.ts";
import { Ambience } from "./ambience.ts";
import type { Being, Bolt, Item } from "./being.ts";
import { Bubbles } from "./bubbles.ts";
import { Camera } from "./camera.ts";
import { Canopy } from "./canopy.ts";
import { Doors } from "./doors.ts";
import { type Anchor, Effects } from "./effects.ts";
import { type FloaterKind, Floaters } from "./floaters.ts";
import { Ground } from "./ground.ts";
import type { Stage } from "./stage.ts";
import { BoltSprite, flightHeight, ItemSprite } from "./things.ts";
import type { SheetPicture } from "./tile-sheets.ts";
import { TileSheets } from "./tile-sheets.ts";

/** Everything that is to be seen in one frame. Places are in tiles. */
export interface Scene {
  readonly beings: Iterable<Being>;
  readonly bolts: Iterable<Bolt>;
  readonly items: Iterable<Item>;
  /** Where one stands; the camera follows. */
  readonly self: { readonly x: number; readonly y: number };
  /** Nobody stands there: tree tops stay as they are. */
  readonly isWatching?: boolean;
}

interface Shown<T> {
  readonly sprite: T;
  /** The last frame in which it was there. */
  frame: number;
}

/** One zone on the stage: its map, those who are in it, and what happens there. */
export class ZoneView {
  readonly camera: Camera;
  readonly effects: Effects;
  readonly floaters: Floaters;
  readonly bubbles: Bubbles;
  readonly tilePx: number;
  readonly #stage: Stage;
  readonly #art: Art;
  readonly #sheets: TileSheets;
  readonly #ground: Ground;
  readonly #canopy: Canopy;
  readonly #ambience: Ambience;
  readonly #doors: Doors;
  readonly #low: Container = new Container();
  readonly #row: Container = new Container({ sortableChildren: true });
  readonly #air: Container = new Container();
  readonly #plates: Container = new Container();
  readonly #letters: Container = new Container();
  readonly #lowEffects: Effects;
  readonly #actors = new Map<number, Shown<Actor>>();
  readonly #bolts = new Map<number, Shown<BoltSprite> & { bolt: Bolt }>();
  readonly #items = new Map<number, Shown<ItemSprite>>();
  #frame = 0;
  #density: number;

  constructor(
    stage: Stage,
    art: Art,
    layers: Manifest["layers"],
    map: MapData,
    pictures: ReadonlyMap<string, SheetPicture>,
  ) {
    this.#stage = stage;
    this.#density = stage.unit;
    this.#art = art;
    this.tilePx = map.tilePx;
    this.camera = new Camera(map.width, map.height, map.tilePx);
    this.#sheets = new TileSheets(map, pictures);
    const isAbove = (name: string): boolean => layers.above.includes(name);
    const below = map.grids.filter(({ name }) => !isAbove(name));
    const above = map.grids.filter(({ name }) => isAbove(name));
    this.#ground = new Ground(map, below, this.#sheets);
    this.#canopy = new Canopy(map, above, this.#sheets, this.#row);
    this.#ambience = new Ambience(map);
    this.#ground.container.tint = this.#ambience.tint;
    this.#row.tint = this.#ambience.tint;
    this.effects = new Effects(art, map.tilePx, this.#air);
    this.#lowEffects = new Effects(art, map.tilePx, this.#low);
    this.floaters = new Floaters(this.#letters, map.tilePx);
    this.bubbles = new Bubbles(this.#letters);
    this.#doors = new Doors(map, art, this.#low, this.#letters, stage);
    stage.world.addChild(this.#ground.container, this.#low, this.#row, this.#air);
    stage.world.addChild(this.#ambience.container);
    stage.screen.addChild(this.#ambience.screen);
    stage.overlay.addChild(this.#plates, this.#letters);
  }

  update(scene: Scene, timeMs: number, dtMs: number): void {
    this.#frame++;
    const { self } = scene;
    // Letters are made for one density; those for another are made anew.
    if (this.#density !== this.#stage.unit) this.#forgetActors();
    this.camera.follow(self.x, self.y, dtMs, this.#stage);
    this.#ground.update(this.camera, timeMs);
    const eyeY = scene.isWatching === true ? Infinity : self.y;
    this.#canopy.update(this.camera, self.x, eyeY, timeMs, dtMs);
    this.#doors.update(self, this.#stage, timeMs);
    let own: Actor | undefined;
    for (const being of scene.beings) {
      const actor = this.#actorOf(being);
      actor.update(being, self, dtMs, this.#stage, this.tilePx);
      if (being.isSelf) own = actor;
    }
    for (const { sprite, frame } of this.#actors.values()) {
      if (own !== undefined && sprite !== own && frame === this.#frame) sprite.clear(own);
    }
    for (const bolt of scene.bolts) this.#boltOf(bolt).update(bolt, dtMs, this.tilePx);
    for (const item of scene.items) this.#itemOf(item).update(dtMs);
    this.#sweep();
    this.effects.update(dtMs);
    this.#lowEffects.update(dtMs);
    this.floaters.update(dtMs, this.#stage);
    this.bubbles.update(dtMs, this.#stage, this.tilePx);
    this.#ambience.update(this.camera, this.#stage, timeMs, dtMs);
  }

  actor(id: number): Actor | undefined {
    return this.#actors.get(id)?.sprite;
  }

  /** Where a being's feet are, for as long as it is there. */
  feetOf(id: number): Anchor {
    return () => this.actor(id);
  }

  /** Where the top of a being's head is, for as long as it is there. */
  headOf(id: number): Anchor {
    return () => {
      const actor = this.actor(id);
      return actor === undefined ? undefined : { x: actor.x, y: actor.top(this.tilePx) };
    };
  }

  /** A ring or the like on the ground, under everyone. */
  mark(clip: string, x: number, y: number, scale = 1): void {
    this.#lowEffects.play(clip, x, y, { scale });
  }

  markUnder(clip: string, id: number, scale = 1): void {
    this.#lowEffects.follow(clip, this.feetOf(id), 0, { scale });
  }

  /** A number that rises from a being. */
  float(id: number, kind: FloaterKind, text: string, isLarge = false): void {
    const head = this.headOf(id)();
    if (head !== undefined) this.floaters.add(kind, text, head.x, head.y - 0.45, isLarge);
  }

  say(id: number, text: string): void {
    this.bubbles.say(id, text, this.headOf(id), this.#stage);
  }

  /** Words over a place of the map, in tiles. @param id of the speaker: negative, since beings have positive ones. */
  post(id: number, text: string, at: { readonly x: number; readonly y: number }): void {
    this.bubbles.say(id, text, () => at, this.#stage);
  }

  destroy(): void {
    for (const { sprite } of this.#actors.values()) sprite.destroy();
    for (const { sprite } of this.#bolts.values()) sprite.destroy();
    for (const { sprite } of this.#items.values()) sprite.destroy();
    this.#doors.destroy();
    this.#canopy.destroy();
    this.#ground.destroy();
    this.#ambience.destroy();
    this.effects.destroy();
    this.#lowEffects.destroy();
    this.floaters.destroy();
    this.bubbles.destroy();
    for (const layer of [this.#low, this.#row, this.#air, this.#plates, this.#letters]) {
      layer.destroy({ children: true });
    }
    this.#sheets.destroy();
  }

  #actorOf(being: Being): Actor {
    let shown = this.#actors.get(being.id);
    if (shown === undefined) {
      const actor = new Actor(this.#art, this.#stage, being, this.#row, this.#plates);
      shown = { sprite: actor, frame: 0 };
      this.#actors.set(being.id, shown);
    }
    shown.frame = this.#frame;
    return shown.sprite;
  }

  #boltOf(bolt: Bolt): BoltSprite {
    let shown = this.#bolts.get(bolt.id);
    if (shown === undefined) {
      const sprite = new BoltSprite(this.#art, bolt, this.effects);
      this.#row.addChild(sprite.container);
      shown = { sprite, frame: 0, bolt };
      this.#bolts.set(bolt.id, shown);
    }
    shown.frame = this.#frame;
    return shown.sprite;
  }

  #itemOf(item: Item): ItemSprite {
    let shown = this.#items.get(item.id);
    if (shown === undefined) {
      const sprite = new ItemSprite(this.#art, item, this.tilePx);
      this.#row.addChild(sprite.container);
      shown = { sprite, frame: 0 };
      this.#items.set(item.id, shown);
    }
    shown.frame = this.#frame;
    return shown.sprite;
  }

  #forgetActors(): void {
    this.#density = this.#stage.unit;
    for (const { sprite } of this.#actors.values()) sprite.destroy();
    this.#actors.clear();
  }

  /** Takes away what was not there in this frame. */
  #sweep(): void {
    for (const [id, { sprite, frame }] of this.#actors) {
      if (frame === this.#frame) continue;
      sprite.destroy();
      this.#actors.delete(id);
    }
    for (const [id, { sprite, frame, bolt }] of this.#bolts) {
      if (frame === this.#frame) continue;
      // An arrow ends where it hits; a ball of fire ends in a blast of its own.
      if (bolt.kind === "arrow") {
        this.effects.play("spark", bolt.x, bolt.y - flightHeight, { scale: 0.6 });
      }
      sprite.destroy();
      this.#bolts.delete(id);
    }
    for (const [id, { sprite, frame }] of this.#items) {
      if (frame === this.#frame) continue;
      sprite.destroy();
      this.#items.delete(id);
    }
  }
}
