import { Move, Player, type step } from "../shared.ts";
import { Actions } from "./actions.ts";
import type { Art } from "./data/art.ts";
import type { Manifest } from "./data/catalogue.ts";
import { Happenings } from "./happenings.ts";
import type { Hud } from "./hud/hud.ts";
import type { Helm } from "./input/controls.ts";
import { Walker } from "./input/walker.ts";
import type { PlayerSeen, RealmRoom } from "./net/realm-room.ts";
import { Population } from "./population.ts";
import { Signs } from "./signs.ts";
import type { Sound } from "./sound.ts";
import type { Stage } from "./view/stage.ts";
import { ZoneView } from "./view/zone-view.ts";
import type { Zone } from "./zone.ts";

/** What stays the same from zone to zone. */
export interface House {
  readonly stage: Stage;
  readonly art: Art;
  readonly manifest: Manifest;
  readonly sound: Sound;
  readonly hud: Hud;
}

const stepTiles = 1.15;

/** One's stay in one zone: from the door one comes in by to the one that one leaves by. */
export class Stay {
  readonly zone: Zone;
  readonly room: RealmRoom;
  readonly view: ZoneView;
  readonly population: Population;
  readonly helm: Helm;
  readonly walker: Walker;
  readonly #house: House;
  readonly #happenings: Happenings;
  readonly #signs: Signs;
  readonly #ends: readonly (() => void)[];
  #selfId = 0;
  #place = "";
  #strideTiles = 0;
  #lastX = Number.NaN;
  #lastY = Number.NaN;

  constructor(house: House, zone: Zone, room: RealmRoom) {
    const { stage, art, manifest, sound, hud } = house;
    this.#house = house;
    this.zone = zone;
    this.room = room;
    room.stepContext = zone.map.collision;
    this.view = new ZoneView(stage, art, manifest.layers, zone.map, zone.pictures);
    this.population = new Population(room, manifest);
    const { view, population } = this;
    const { notices, death } = hud;
    this.#happenings = new Happenings({ room, view, population, sound, notices, death });
    const actions = new Actions(room, population, this.#happenings, hud.bar, notices);
    this.walker = new Walker(zone.map.collision);
    this.helm = { actions, view, walker: this.walker, self: () => population.self };
    this.#signs = new Signs(zone.map, view);
    hud.minimap.enter(zone.map, zone.small);
    sound.music(zone.music);
    death.hide();
    this.#ends = [
      room.onChat(({ seat, name, text }) => this.#heard(seat, name, text)),
      room.onDocument("shared", () => this.#showBoard()),
      room.onDocument("private", () => this.#showBoard()),
    ];
    this.#showBoard();
  }

  /** One's own hero as the server last said; none before the first snapshot. */
  get hero(): PlayerSeen | undefined {
    const { self } = this.room;
    return self === undefined ? undefined : this.room.get(Player, self.id);
  }

  /** Moves on by one frame. @param way where to walk. */
  update(way: { readonly dx: number; readonly dy: number }, nowMs: number, dtMs: number): void {
    const { room, population, view } = this;
    room.input(Move, way);
    room.update(nowMs);
    population.refresh(nowMs);
    const self = population.self;
    if (self !== undefined && self.id !== this.#selfId) this.#arrived(self.id);
    const place = self ?? this.#start();
    view.update(
      {
        beings: population.beings.values(),
        bolts: population.bolts.values(),
        items: population.items.values(),
        self: place,
      },
      nowMs,
      dtMs,
    );
    if (self === undefined) return;
    this.#house.sound.listenAt(self.x, self.y);
    this.#stepSound(self.x, self.y);
    this.#signs.update(self.x, self.y, nowMs);
    this.#namePlace(self.x, self.y);
  }

  /** Takes another version of the shared step. */
  replaceStep(next: typeof step): void {
    this.room.replaceStep(next);
  }

  destroy(): void {
    for (const end of this.#ends) end();
    this.#happenings.destroy();
    this.#signs.destroy();
    this.view.destroy();
  }

  #arrived(id: number): void {
    this.#selfId = id;
    const { self } = this.population;
    if (self === undefined) return;
    this.#house.hud.vitals.introduce(this.#house.art, self.name, self.sheet);
  }

  /** Where to look before one is there. */
  #start(): { x: number; y: number } {
    const { things, width, height } = this.zone.map;
    const start = things.find(({ kind, name }) => kind === "spawn" && name === "start");
    return { x: start?.x ?? width / 2, y: start?.y ?? height / 2 };
  }

  #heard(seat: number, name: string, text: string): void {
    const { hud, sound } = this.#house;
    const isOwn = seat === this.room.seat;
    hud.chat.add({ name: seat < 0 ? "" : name, text, isOwn });
    const speaker = this.population.ofSeat(seat);
    if (speaker === undefined) return;
    this.view.say(speaker.id, text);
    if (!isOwn) sound.play("chat", speaker.x, speaker.y);
  }

  #showBoard(): void {
    const { shared, private: own } = this.room.document;
    const { board } = this.#house.hud;
    const { self } = this.population;
    if (shared !== undefined)
      board.update(shared, { name: self?.name ?? "", kills: own?.kills ?? 0 });
    if (own !== undefined) board.updateOwn(own);
  }

  #stepSound(x: number, y: number): void {
    const moved = Math.hypot(x - this.#lastX, y - this.#lastY);
    this.#lastX = x;
    this.#lastY = y;
    if (!(moved < 2)) return;
    this.#strideTiles += moved;
    if (this.#strideTiles < stepTiles) return;
    this.#strideTiles = 0;
    this.#house.sound.play(Math.random() < 0.5 ? "step-1" : "step-2", x, y);
  }

  /** Tells the name of a part of the zone when one comes into it. */
  #namePlace(x: number, y: number): void {
    const area = this.zone.map.things.find(
      (thing) =>
        thing.kind === "area" &&
        x >= thing.x &&
        y >= thing.y &&
        x < thing.x + thing.width &&
        y < thing.y + thing.height,
    );
    const place = area?.name ?? this.zone.title;
    if (place === this.#place) return;
    this.#place = place;
    this.#house.hud.place(place);
  }
}
