import { type Address, readAddress } from "./address.ts";
import { Backdrop } from "./backdrop.ts";
import { AssetIndex } from "./data/asset-index.ts";
import { Art } from "./data/art.ts";
import { loadAtlases, loadManifest } from "./data/catalogue.ts";
import { followSource } from "./dev-reload.ts";
import { Game, type GameParts } from "./game.ts";
import { element, isTyping, wordsOf } from "./hud/page.ts";
import { dress } from "./hud/skin.ts";
import { type Choice, TitleScreen } from "./hud/title-screen.ts";
import { rememberedChoice } from "./net/session.ts";
import { Sound } from "./sound.ts";
import { Stage } from "./view/stage.ts";
import { type Zone, Zones } from "./zone.ts";

/** A frame that took longer counts as so long: nothing leaps after a pause. */
const frameMsMax = 100;

/** The page: the first screen, the game behind it, and the frames that both are drawn in. */
export class App {
  readonly #address: Address = readAddress(location.search);
  readonly #title: TitleScreen = new TitleScreen((choice) => void this.#play(choice, true));
  #game: Game | undefined;
  #stage: Stage | undefined;
  #backdrop: Backdrop | undefined;

  get game(): Game | undefined {
    return this.#game;
  }

  /** What is drawn with; empty before that is known. */
  get drawing(): string {
    return this.#stage?.drawing ?? "";
  }

  /** Fetches the world, shows the first screen, and goes in if this tab was in before or the address says so. */
  async start(): Promise<void> {
    try {
      await this.#load();
    } catch (error) {
      console.error(error);
      this.#title.tell(`The world cannot be shown: ${wordsOf(error)}`, true);
      return;
    }
    const before = rememberedChoice();
    const { name, isAuto } = this.#address;
    if (before !== undefined && name === null) await this.#play(before, false);
    else if (isAuto) await this.#play(this.#title.choice, false);
    else this.#title.enterIfAwaited();
  }

  async #load(): Promise<void> {
    const title = this.#title;
    const { name, look, stage: options, weather } = this.#address;
    const assets = await AssetIndex.load((progress) => title.progress(progress));
    const manifest = await loadManifest(assets);
    const art = new Art();
    await loadAtlases(assets, manifest, ["ui", "people"], art);
    dress(art);
    title.offer(art, manifest.players);
    title.propose(name, look);

    const zones = new Zones(assets, manifest);
    const others = Object.keys(manifest.atlases).filter((one) => one !== "ui" && one !== "people");
    const [stage, town] = await Promise.all([
      Stage.create(element("world", HTMLCanvasElement), manifest.tileSize, options),
      zones.load("town"),
      loadAtlases(assets, manifest, others, art),
    ]);
    const parts = { stage, art, assets, manifest, zones };
    this.#stage = stage;
    this.#watch(parts, town);
    const game = new Game(parts, weather, (reason) => {
      this.#watch(parts, town);
      title.show();
      title.tell(reason, true);
    });
    this.#game = game;
    followSource(game);
    wakeSound(game);
    this.#run(stage, game);
    const isCanvas = stage.drawing === "canvas";
    title.ready(isCanvas ? "No WebGL here: the world is drawn on a plain canvas." : "");
  }

  /** Shows the town while nobody plays. */
  #watch({ stage, art, manifest }: GameParts, town: Zone): void {
    this.#backdrop = new Backdrop(stage, art, manifest, town);
  }

  #run(stage: Stage, game: Game): void {
    let beforeMs = performance.now();
    const frame = (nowMs: number): void => {
      requestAnimationFrame(frame);
      const dtMs = Math.min(frameMsMax, Math.max(0, nowMs - beforeMs));
      beforeMs = nowMs;
      stage.fit();
      stage.judge(dtMs);
      if (game.stay !== undefined) {
        this.#backdrop?.destroy();
        this.#backdrop = undefined;
      }
      this.#backdrop?.update(nowMs, dtMs);
      game.update(nowMs, dtMs);
      stage.render();
    };
    requestAnimationFrame(frame);
  }

  async #play(choice: Choice, isNew: boolean): Promise<void> {
    const title = this.#title;
    if (this.#game === undefined) return;
    title.busy(true);
    title.tell("", false);
    try {
      await this.#game.start(choice, isNew);
      title.hide();
      element("world", HTMLCanvasElement).focus();
    } catch (error) {
      console.warn(error);
      title.busy(false);
      title.tell(wordsOf(error), true);
    }
  }
}

/** Sound that was on the last time comes back with the first touch or key: browsers allow it no earlier. */
function wakeSound(game: Game): void {
  if (!Sound.wasOn) return;
  const wake = (): void => {
    if (isTyping()) return;
    window.removeEventListener("pointerup", wake);
    window.removeEventListener("keyup", wake);
    if (game.sound.isOn) return;
    game.sound.toggle();
    game.hud.showSound(true);
  };
  window.addEventListener("pointerup", wake);
  window.addEventListener("keyup", wake);
}
