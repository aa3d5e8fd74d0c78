import { limits, type RealmError } from "realmwright";
import type { LookName, step } from "../shared.ts";
import type { Art } from "./data/art.ts";
import type { AssetIndex } from "./data/asset-index.ts";
import type { Manifest } from "./data/catalogue.ts";
import { FrameRate } from "./frame-rate.ts";
import type { Weather } from "./hud/debug-panel.ts";
import { Hud } from "./hud/hud.ts";
import { pictureUrl } from "./hud/skin.ts";
import type { Choice } from "./hud/title-screen.ts";
import { wordsOf } from "./hud/page.ts";
import { Controls } from "./input/controls.ts";
import type { RealmClient, RealmRoom } from "./net/realm-room.ts";
import { enter, forgetSeat } from "./net/session.ts";
import { Sound } from "./sound.ts";
import { Stay } from "./stay.ts";
import type { Stage } from "./view/stage.ts";
import type { Zones } from "./zone.ts";

/** What a game is made of. */
export interface GameParts {
  readonly stage: Stage;
  readonly art: Art;
  readonly assets: AssetIndex;
  readonly manifest: Manifest;
  readonly zones: Zones;
}

const veilMs = 280;
const mapEveryMs = 80;
/** The server speaks up many times per second; after so long without a word people are told. */
const silenceMs = 1500;
const rejoinsMax = 5;
const rejoinMs = 1500;
const helpKey = "realm.help";

/** One player's game: the session, the zone that one is in, and the page around it. */
export class Game {
  readonly controls: Controls;
  readonly hud: Hud;
  readonly sound: Sound;
  readonly weather: Weather;
  readonly #parts: GameParts;
  readonly #onOver: (reason: string) => void;
  readonly #rate = new FrameRate();
  readonly #cursors: Readonly<Record<"arrow" | "attack" | "talk", string>>;
  #choice: Choice = { name: "", look: "knight" };
  #client: RealmClient | undefined;
  #stay: Stay | undefined;
  #step: typeof step | undefined;
  /** Rises with each room, so that a slow load of an earlier one is known. */
  #entering = 0;
  #rejoins = 0;
  #wasLost = false;
  #debugMs = 0;
  #mapMs = 0;
  #heardMs = 0;
  #isSilent = false;

  /** @param onOver the session has ended for good. */
  constructor(parts: GameParts, weather: Weather, onOver: (reason: string) => void) {
    const { stage, art, assets, manifest } = parts;
    this.#parts = parts;
    this.#onOver = onOver;
    this.weather = weather;
    this.sound = new Sound(assets, manifest);
    this.hud = new Hud(art, weather, {
      say: (text) => this.say(text),
      use: (ability) => this.controls.useButton(ability),
      sound: () => this.#toggleSound(),
      typing: () => this.controls.release(),
    });
    const { hud } = this;
    this.controls = new Controls(stage, {
      chat: () => {
        this.controls.release();
        hud.chat.open();
      },
      board: () => hud.board.show(!hud.board.isShown),
      help: () => this.#toggleHelp(),
      sound: () => this.#toggleSound(),
      debug: () => hud.debug.show(!hud.debug.isShown),
      escape: () => hud.escape(),
    });
    this.#cursors = {
      arrow: "",
      attack: cursor(art, "cursor-attack", "1 1"),
      talk: cursor(art, "cursor-talk", "5 18"),
    };
  }

  get stay(): Stay | undefined {
    return this.#stay;
  }

  get client(): RealmClient | undefined {
    return this.#client;
  }

  get framesPerSecond(): number {
    return this.#rate.perSecond;
  }

  /**
   * Connects and enters the world. Rejects with the reason when that can not be.
   *
   * @param isNew a person came in by the first screen, and is told the keys the first time.
   */
  async start(choice: Choice, isNew: boolean): Promise<void> {
    this.#choice = choice;
    const client = await enter(choice, this.weather);
    this.#client = client;
    this.#wasLost = false;
    client.onState((state) => this.#connection(state));
    client.onClosed((error) => this.#closed(error));
    client.onError((error) => console.warn(error));
    client.onNotice(({ code, text }) => {
      if (code === "DRAINING") this.hud.notices.banner(text || "The server is going down.", false);
    });
    const arrived = new Promise<void>((resolve, reject) => {
      client.onRoom((room) => {
        this.#enterRoom(room).then(resolve, reject);
      });
    });
    await arrived;
    this.hud.show();
    this.hud.help.fill(this.controls.isTouch);
    if (isNew && !hasSeenHelp()) this.hud.help.show(true);
  }

  say(text: string): void {
    const short = text.trim().slice(0, limits.chatCharacters.value);
    if (short !== "") this.#stay?.room.chat(short);
  }

  /** Takes another version of the shared step, for this zone and those to come. */
  replaceStep(next: typeof step): void {
    this.#step = next;
    this.#stay?.replaceStep(next);
  }

  update(nowMs: number, dtMs: number): void {
    this.#rate.count(nowMs);
    const stay = this.#stay;
    if (stay === undefined) return;
    const { hud, controls } = this;
    stay.update(controls.read(dtMs), nowMs, dtMs);
    const { hero, population } = stay;
    if (hero !== undefined) {
      hud.vitals.update(hero);
      hud.bar.update(performance.now(), hero.mana, hero.level);
      if (hud.death.isShown && hero.hp > 0) hud.death.hide();
    }
    hud.death.update(performance.now());
    const at = population.self;
    if (at !== undefined && nowMs >= this.#mapMs) {
      this.#mapMs = nowMs + mapEveryMs;
      hud.minimap.draw(at, population.beings.values());
    }
    this.#watchSilence(nowMs);
    const style = this.#cursors[controls.pointedAt()];
    const { canvas } = this.#parts.stage;
    if (canvas.style.cursor !== style) canvas.style.cursor = style;
    if (hud.debug.isShown && nowMs >= this.#debugMs) {
      this.#debugMs = nowMs + 250;
      hud.debug.update(this.#numbers(stay));
    }
  }

  #numbers(stay: Stay): Record<string, string> {
    const stats = this.#client?.stats;
    const room = stay.room.stats;
    const perSecond = (bytes = 0): string => `${(bytes / 1024).toFixed(2)} KiB/s`;
    return {
      "round trip": `${(stats?.rttMs ?? 0).toFixed(0)} ms`,
      jitter: `${(stats?.jitterMs ?? 0).toFixed(1)} ms`,
      tick: String(room.tick),
      in: perSecond(stats?.bytesInPerSecond),
      out: perSecond(stats?.bytesOutPerSecond),
      snapshots: `${(stats?.snapshotsPerSecond ?? 0).toFixed(0)} /s`,
      entities: String(room.entities),
      corrections: String(room.corrections),
      "shown behind": `${room.interpolationDelayMs.toFixed(0)} ms`,
      reconnects: String(stats?.reconnects ?? 0),
      frames: `${this.#rate.perSecond} /s`,
      drawing: this.#parts.stage.drawing,
    };
  }

  /** Nothing moves while the server is not heard: people are told why. */
  #watchSilence(nowMs: number): void {
    const client = this.#client;
    if (client?.state !== "open" || client.stats.messagesInPerSecond > 0) this.#heardMs = nowMs;
    const isSilent = nowMs - this.#heardMs > silenceMs;
    if (isSilent === this.#isSilent) return;
    this.#isSilent = isSilent;
    if (isSilent) this.hud.notices.banner("The server is slow to answer…", false);
    else if (client?.state === "open") this.hud.notices.banner("", true);
  }

  async #enterRoom(room: RealmRoom): Promise<void> {
    const entering = ++this.#entering;
    room.onLeft(({ code }) => this.#left(room, code));
    const { hud, controls } = this;
    const isDoor = this.#stay !== undefined;
    if (isDoor) {
      controls.take(undefined);
      hud.veil(true);
      this.sound.play("door");
    }
    const [zone] = await Promise.all([
      this.#parts.zones.load(room.name),
      // The old place is not swapped before one's eyes.
      isDoor ? after(veilMs) : undefined,
    ]);
    if (entering !== this.#entering) return;
    this.#stay?.destroy();
    const house = { ...this.#parts, hud, sound: this.sound };
    const stay = new Stay(house, zone, room);
    if (this.#step !== undefined) stay.replaceStep(this.#step);
    this.#stay = stay;
    this.#rejoins = 0;
    controls.take(stay.helm);
    hud.veil(false);
  }

  /** The membership has ended otherwise than by a door: another place is asked for. */
  #left(room: RealmRoom, code: string): void {
    if (code === "MOVED" || this.#stay?.room !== room || this.#client?.state !== "open") return;
    if (this.#rejoins >= rejoinsMax) {
      this.#client.close();
      return;
    }
    this.#rejoins++;
    this.hud.notices.banner("You lost your place. Coming back…", false);
    void after(this.#rejoins === 1 ? 0 : rejoinMs).then(() => this.#rejoin());
  }

  async #rejoin(): Promise<void> {
    try {
      await this.#client?.join("town", { look: this.#choice.look as LookName });
      this.hud.notices.banner("Back in the world", true, 1500);
    } catch (error) {
      // A connection that is away comes back by itself, and this is tried again then.
      console.warn(error);
      if (this.#client?.state === "open" && this.#rejoins < rejoinsMax) {
        this.#rejoins++;
        await after(rejoinMs);
        await this.#rejoin();
      }
    }
  }

  #connection(state: string): void {
    const { notices } = this.hud;
    if (state === "waiting" || state === "connecting") {
      this.#wasLost = true;
      notices.banner("Connection lost. Reconnecting…", false);
    } else if (state === "open" && this.#wasLost) {
      this.#wasLost = false;
      notices.banner("Back in the world", true, 1500);
      const room = this.#stay?.room;
      if (room?.left !== undefined) this.#left(room, room.left.code);
    }
  }

  #closed(error: RealmError | undefined): void {
    this.hud.notices.banner("", true);
    this.controls.take(undefined);
    this.#client = undefined;
    this.#stay?.destroy();
    this.#stay = undefined;
    this.hud.hide();
    forgetSeat();
    this.#onOver(error === undefined ? "You have left the world." : wordsOf(error));
  }

  #toggleSound(): void {
    this.sound.toggle();
    this.hud.showSound(this.sound.isOn);
  }

  #toggleHelp(): void {
    this.hud.help.show(!this.hud.help.isShown);
  }
}

function cursor(art: Art, name: string, spot: string): string {
  const url = pictureUrl(art, name, 1);
  return url === undefined ? "" : `url("${url}") ${spot}, default`;
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** True from the second game on this machine on. */
function hasSeenHelp(): boolean {
  try {
    if (localStorage.getItem(helpKey) !== null) return true;
    localStorage.setItem(helpKey, "seen");
    return false;
  } catch {
    // This browser keeps nothing: rather not every time.
    return true;
  }
}
