import { Container, Sprite, Texture } from "pixi.js";
import type { MapData, MapThing } from "../data/map-data.ts";
import type { Camera } from "./camera.ts";
import type { Stage } from "./stage.ts";

interface Light {
  readonly x: number;
  readonly y: number;
  readonly sprite: Sprite;
  readonly strength: number;
  readonly phase: number;
}

/** How a zone feels. */
interface Mood {
  /** Multiplied with everything. */
  readonly tint: number;
  /** Of what drifts in the air. */
  readonly mote: number;
  readonly moteCount: number;
  readonly isGlowing: boolean;
  readonly vignette: number;
}

const bright: Mood = {
  tint: 0xfff8ea,
  mote: 0xfff3c4,
  moteCount: 14,
  isGlowing: false,
  vignette: 0.34,
};
const dim: Mood = { tint: 0xbccadb, mote: 0xd8ff9a, moteCount: 26, isGlowing: true, vignette: 0.6 };

interface Mote {
  readonly sprite: Sprite;
  x: number;
  y: number;
  phase: number;
}

/** Light and air of one zone: tint, lamps, drifting motes and darker corners. */
export class Ambience {
  /** In the world, over everything. */
  readonly container: Container = new Container();
  /** On the screen. */
  readonly screen: Container = new Container();
  readonly #mood: Mood;
  readonly #glow: Texture = glowTexture();
  readonly #vignetteTexture: Texture = vignetteTexture();
  readonly #vignette: Sprite;
  readonly #lights: Light[] = [];
  readonly #motes: Mote[] = [];
  readonly #tilePx: number;

  constructor(map: MapData) {
    this.#tilePx = map.tilePx;
    this.#mood = map.properties.get("safe") === true ? bright : dim;
    this.#vignette = new Sprite(this.#vignetteTexture);
    this.#vignette.alpha = this.#mood.vignette;
    this.screen.addChild(this.#vignette);
    for (const thing of map.things) if (thing.kind === "light") this.#addLight(thing);
    for (let i = 0; i < this.#mood.moteCount; i++) this.#addMote();
  }

  /** The colour that everything of the world is seen in. */
  get tint(): number {
    return this.#mood.tint;
  }

  update(camera: Camera, stage: Stage, timeMs: number, dtMs: number): void {
    const { view } = camera;
    this.#vignette.visible = stage.thrift === 0;
    const width = view.right - view.left;
    const height = view.bottom - view.top;
    this.#vignette.width = stage.width;
    this.#vignette.height = stage.height;
    for (const light of this.#lights) {
      const { sprite } = light;
      const reach = 80;
      sprite.visible =
        light.x > view.left - reach &&
        light.x < view.right + reach &&
        light.y > view.top - reach &&
        light.y < view.bottom + reach;
      if (!sprite.visible) continue;
      const flicker =
        Math.sin(timeMs / 90 + light.phase) * 0.5 + Math.sin(timeMs / 37 + light.phase * 3) * 0.5;
      sprite.alpha = light.strength * (0.9 + 0.1 * flicker);
    }
    for (const mote of this.#motes) {
      mote.sprite.visible = stage.thrift === 0;
      if (stage.thrift !== 0) continue;
      mote.phase += dtMs / 1000;
      mote.x += (Math.sin(mote.phase * 0.6) * 6 + 3) * (dtMs / 1000);
      mote.y += Math.cos(mote.phase * 0.8) * 7 * (dtMs / 1000);
      const x = view.left + modulo(mote.x - view.left, width);
      const y = view.top + modulo(mote.y - view.top, height);
      mote.sprite.position.set(x, y);
      const pulse = 0.5 + 0.5 * Math.sin(mote.phase * 1.7);
      mote.sprite.alpha = this.#mood.isGlowing ? pulse * 0.85 : 0.25 + 0.3 * pulse;
    }
  }

  destroy(): void {
    this.container.destroy({ children: true });
    this.screen.destroy({ children: true });
    this.#glow.destroy(true);
    this.#vignetteTexture.destroy(true);
  }

  #addMote(): void {
    const sprite = new Sprite(this.#glow);
    sprite.anchor.set(0.5);
    sprite.scale.set(this.#mood.isGlowing ? 0.09 : 0.05);
    sprite.tint = this.#mood.mote;
    sprite.blendMode = "add";
    this.container.addChild(sprite);
    this.#motes.push({
      sprite,
      x: Math.random() * 4096,
      y: Math.random() * 4096,
      phase: Math.random() * 20,
    });
  }

  #addLight(thing: MapThing): void {
    const radius = Number(thing.properties.get("radius") ?? 2.5);
    const colour = thing.properties.get("colour");
    const sprite = new Sprite(this.#glow);
    sprite.anchor.set(0.5);
    sprite.tint = typeof colour === "string" ? colour : "#ffd27a";
    sprite.blendMode = "add";
    sprite.scale.set((radius * this.#tilePx * 2) / glowPx);
    const x = thing.x * this.#tilePx;
    const y = thing.y * this.#tilePx;
    sprite.position.set(x, y);
    this.container.addChild(sprite);
    const strength = this.#mood.isGlowing ? 0.62 : 0.3;
    this.#lights.push({ x, y, sprite, strength, phase: x * 7 + y * 13 });
  }
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

const glowPx = 64;

function glowTexture(): Texture {
  return painted(glowPx, (context) => {
    const gradient = context.createRadialGradient(32, 32, 0, 32, 32, 32);
    gradient.addColorStop(0, "rgba(255,255,255,1)");
    gradient.addColorStop(0.25, "rgba(255,255,255,0.55)");
    gradient.addColorStop(0.6, "rgba(255,255,255,0.14)");
    gradient.addColorStop(1, "rgba(255,255,255,0)");
    context.fillStyle = gradient;
    context.fillRect(0, 0, 64, 64);
  });
}

function vignetteTexture(): Texture {
  return painted(256, (context) => {
    const gradient = context.createRadialGradient(128, 128, 70, 128, 128, 182);
    gradient.addColorStop(0, "rgba(8,10,24,0)");
    gradient.addColorStop(0.6, "rgba(8,10,24,0.22)");
    gradient.addColorStop(1, "rgba(8,10,24,0.95)");
    context.fillStyle = gradient;
    context.fillRect(0, 0, 256, 256);
  });
}

function painted(side: number, paint: (context: CanvasRenderingContext2D) => void): Texture {
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser has no canvas to draw on");
  paint(context);
  const texture = Texture.from(canvas, true);
  texture.source.scaleMode = "linear";
  return texture;
}
