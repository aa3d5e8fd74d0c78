import { Backdrop } from "./backdrop.ts";
import { AssetIndex } from "./data/asset-index.ts";
import { Art } from "./data/art.ts";
import { loadAtlases, loadManifest } from "./data/catalogue.ts";
import { followSource } from "./dev-reload.ts";
import { Game } from "./game.ts";
import { makeHandle } from "./handle.ts";
import { element, isTyping, wordsOf } from "./hud/page.ts";
import { dress } from "./hud/skin.ts";
import { type Choice, TitleScreen } from "./hud/title-screen.ts";
import { rememberedChoice } from "./net/session.ts";
import { Sound } from "./sound.ts";
import { type Drawing, Stage, type StageOptions, type Thrift } from "./view/stage.ts";
import { Zones } from "./zone.ts";

/** A frame that took longer counts as so long: nothing leaps after a pause. */
const frameMsMax = 100;

let game: Game | undefined;
let stage: Stage | undefined;
const handle = makeHandle(
  () => game,
  () => stage?.drawing ?? "",
);
Object.assign(globalThis, { realm: handle });

const title = new TitleScreen((choice) => void play(choice, true));

/** What the address asks for: `?name=…&look=…`, and `&auto=1` to go in at once. */
const query = new URLSearchParams(location.search);

start().catch((error: unknown) => {
  console.error(error);
  title.tell(`The world cannot be shown: ${wordsOf(error)}`, true);
});

async function start(): Promise<void> {
  const assets = await AssetIndex.load((progress) => title.progress(progress));
  const manifest = await loadManifest(assets);
  const art = new Art();
  await loadAtlases(assets, manifest, ["ui", "people"], art);
  dress(art);
  title.offer(art, manifest.players);
  title.propose(query.get("name"), query.get("look"));

  const zones = new Zones(assets, manifest);
  const others = Object.keys(manifest.atlases).filter((name) => name !== "ui" && name !== "people");
  const [shown, town] = await Promise.all([
    Stage.create(element("world", HTMLCanvasElement), manifest.tileSize, stageOptions(query)),
    zones.load("town"),
    loadAtlases(assets, manifest, others, art),
  ]);
  stage = shown;
  if (shown.drawing === "canvas")
    title.tell("Without WebGL the world is drawn more slowly.", false);
  let backdrop: Backdrop | undefined = new Backdrop(shown, art, manifest, town);
  const playing = new Game(
    { stage: shown, art, assets, manifest, zones },
    weatherOf(query),
    (reason) => {
      backdrop = new Backdrop(shown, art, manifest, town);
      title.show();
      title.tell(reason, true);
    },
  );
  game = playing;
  followSource(playing);
  wakeSound(playing);

  let beforeMs = performance.now();
  const frame = (nowMs: number): void => {
    requestAnimationFrame(frame);
    const dtMs = Math.min(frameMsMax, Math.max(0, nowMs - beforeMs));
    beforeMs = nowMs;
    shown.fit();
    shown.judge(dtMs);
    if (playing.stay !== undefined && backdrop !== undefined) {
      backdrop.destroy();
      backdrop = undefined;
    }
    backdrop?.update(nowMs, dtMs);
    playing.update(nowMs, dtMs);
    shown.render();
  };
  requestAnimationFrame(frame);

  title.ready();
  const before = rememberedChoice();
  if (before !== undefined && query.get("name") === null) await play(before, false);
  else if (query.get("auto") === "1") await play(title.choice, false);
}

async function play(choice: Choice, isNew: boolean): Promise<void> {
  if (game === undefined) return;
  title.busy(true);
  title.tell("", false);
  try {
    await game.start(choice, isNew);
    title.hide();
    element("world", HTMLCanvasElement).focus();
  } catch (error) {
    console.warn(error);
    title.busy(false);
    title.tell(wordsOf(error), true);
  }
}

/** Sound that was on the last time comes back with the first touch or key: browsers allow it no earlier. */
function wakeSound(playing: Game): void {
  if (!Sound.wasOn) return;
  const wake = (): void => {
    if (isTyping()) return;
    window.removeEventListener("pointerup", wake);
    window.removeEventListener("keyup", wake);
    if (playing.sound.isOn) return;
    playing.sound.toggle();
    playing.hud.showSound(true);
  };
  window.addEventListener("pointerup", wake);
  window.addEventListener("keyup", wake);
}

/** `quality=high` or `low`, `draw=webgpu` or `canvas`; without them the machine decides. */
function stageOptions(asked: URLSearchParams): StageOptions {
  const thrifts: Readonly<Record<string, Thrift>> = { high: 0, low: 2 };
  const drawings: Readonly<Record<string, Drawing>> = { webgpu: "WebGPU", canvas: "canvas" };
  return {
    thrift: thrifts[asked.get("quality") ?? ""],
    drawing: drawings[asked.get("draw") ?? ""],
  };
}

function weatherOf(asked: URLSearchParams): { delayMs: number; jitterMs: number } {
  const ms = (name: string, most: number): number =>
    Math.min(most, Math.max(0, Number(asked.get(name) ?? 0) || 0));
  return { delayMs: ms("delay", 400), jitterMs: ms("jitter", 200) };
}
