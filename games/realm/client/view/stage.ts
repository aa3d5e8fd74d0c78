import {
  autoDetectRenderer,
  Container,
  type Renderer,
  RenderTexture,
  Sprite,
  type WebGLRenderer,
} from "pixi.js";

import { Letters } from "./letters.ts";

/** Tiles that should fit across the screen: phones, upright (narrow) or not (flat), show fewer, larger ones. */
const tilesAcross = { wide: 24, flat: 18, narrow: 12 } as const;
/** Fewer rows than this are never shown, whatever the shape of the window. */
const rowsMin = 8.5;
const narrowPx = 640;
const flatPx = 500;
/** Letters are at least so large against the art. */
const letterShare = 0.28;
/** Beyond this density there is nothing to see but heat. */
const densityMax = 3;
/** Frames that are judged together, and how long they may take on average. */
const judgedFrames = 30;
const slowMs = 38;

/** What is drawn with, as people call it. */
export type Drawing = "WebGL" | "WebGPU" | "canvas";

/** What is tried, in this order. */
const preferences: Readonly<Record<Drawing, ("webgl" | "webgpu" | "canvas")[]>> = {
  WebGL: ["webgl", "webgpu", "canvas"],
  WebGPU: ["webgpu", "webgl", "canvas"],
  canvas: ["canvas"],
};

/** How much is left out on machines that do not keep up: nothing, what is only pretty, and pixels too. */
export type Thrift = 0 | 1 | 2;

export interface StageOptions {
  /** How much is left out. Default: as the machine needs it. */
  readonly thrift?: Thrift | undefined;
  /** What to draw with, if it can be had. Default: WebGL. */
  readonly drawing?: Drawing | undefined;
}

/**
 * The canvas and what is on it: the world, in pixels of the art and enlarged by a whole number, and over it an overlay in
 * pixels of the device, for letters.
 */
export class Stage {
  readonly canvas: HTMLCanvasElement;
  readonly world: Container = new Container();
  /** Between the two, not moved with the world. */
  readonly screen: Container = new Container();
  readonly overlay: Container = new Container();
  readonly letters: Letters = new Letters();
  readonly #root: Container = new Container();
  readonly #renderer: Renderer;
  readonly #tilePx: number;
  /** The world as a picture of its own, where pixels are saved. */
  readonly #picture: Sprite = new Sprite();
  #small: RenderTexture | undefined;
  #scale = 3;
  #density = 1;
  /** Of the canvas, in device pixels. */
  #width = 1;
  #height = 1;
  #frames = 0;
  #framesMs = 0;
  #thrift: Thrift = 0;
  readonly #isFixed: boolean;

  private constructor(
    renderer: Renderer,
    canvas: HTMLCanvasElement,
    tilePx: number,
    thrift: Thrift | undefined,
  ) {
    this.#renderer = renderer;
    this.canvas = canvas;
    this.#tilePx = tilePx;
    this.#isFixed = thrift !== undefined;
    this.#root.addChild(this.world, this.#picture, this.screen, this.overlay);
    this.#spare(thrift ?? (isSoftware(renderer) ? 2 : 0));
    this.fit();
  }

  static async create(
    canvas: HTMLCanvasElement,
    tilePx: number,
    { thrift, drawing = "WebGL" }: StageOptions = {},
  ): Promise<Stage> {
    const renderer = await autoDetectRenderer({
      canvas,
      preference: preferences[drawing],
      backgroundColor: 0x10141f,
      antialias: false,
      resolution: 1,
      autoDensity: false,
      powerPreference: "high-performance",
      width: 16,
      height: 16,
    });
    return new Stage(renderer, canvas, tilePx, thrift);
  }

  get drawing(): Drawing {
    return drawingOf(this.#renderer);
  }

  /** Device pixels for one pixel of the art. */
  get scale(): number {
    return this.#scale;
  }

  /** Device pixels for one pixel of the page. */
  get density(): number {
    return this.#density;
  }

  /** Device pixels for one pixel of letters over the world: they grow with large screens. */
  get unit(): number {
    return Math.max(this.#density, this.#scale * letterShare);
  }

  /** In device pixels. */
  get width(): number {
    return this.#width;
  }

  get height(): number {
    return this.#height;
  }

  get thrift(): Thrift {
    return this.#thrift;
  }

  /** Counts a frame. Where many were slow, less is drawn from here on. */
  judge(dtMs: number): void {
    const least = this.drawing === "canvas" ? 1 : 2;
    if (this.#isFixed || this.#thrift >= least) return;
    this.#frames++;
    this.#framesMs += dtMs;
    if (this.#frames < judgedFrames) return;
    if (this.#framesMs / this.#frames > slowMs) this.#spare(this.#thrift === 0 ? 1 : 2);
    this.#frames = 0;
    this.#framesMs = 0;
  }

  /** Takes the size that the page gives the canvas. */
  fit(): void {
    const { clientWidth, clientHeight } = this.canvas;
    const density = Math.min(densityMax, window.devicePixelRatio || 1);
    const width = Math.max(1, Math.round(clientWidth * density));
    const height = Math.max(1, Math.round(clientHeight * density));
    if (width === this.#width && height === this.#height && density === this.#density) return;
    this.#density = density;
    this.#width = width;
    this.#height = height;
    const shape = clientWidth < narrowPx ? "narrow" : clientHeight < flatPx ? "flat" : "wide";
    const across = tilesAcross[shape];
    const byWidth = width / (across * this.#tilePx);
    const byHeight = height / (rowsMin * this.#tilePx);
    this.#scale = Math.max(1, Math.round(Math.min(byWidth, byHeight)));
    this.#renderer.resize(width, height);
    this.world.scale.set(this.#scale);
    this.#small?.destroy(true);
    this.#small = undefined;
  }

  render(): void {
    if (this.#thrift === 2) this.#renderWorld();
    this.#renderer.render(this.#root);
  }

  #spare(thrift: Thrift): void {
    // A canvas gains nothing by drawing twice.
    this.#thrift = thrift === 2 && this.drawing === "canvas" ? 1 : thrift;
    if (this.#thrift !== thrift) return;
    this.#picture.visible = thrift === 2;
    if (thrift === 2) this.world.removeFromParent();
  }

  /** Draws the world pixel by pixel of the art, a small fraction of the screen's, and enlarges the whole. */
  #renderWorld(): void {
    const scale = this.#scale;
    this.#small ??= RenderTexture.create({
      width: Math.ceil(this.#width / scale) + 2,
      height: Math.ceil(this.#height / scale) + 2,
      scaleMode: "nearest",
    });
    const { x, y } = this.world.position;
    const left = Math.ceil(x / scale);
    const top = Math.ceil(y / scale);
    this.world.scale.set(1);
    this.world.position.set(left, top);
    this.#renderer.render({ container: this.world, target: this.#small, clear: true });
    this.world.scale.set(scale);
    this.world.position.set(x, y);
    this.#picture.texture = this.#small;
    this.#picture.scale.set(scale);
    // What is left over of whole pixels keeps the camera smooth.
    this.#picture.position.set(x - left * scale, y - top * scale);
  }
}

/** Whether WebGL is done by the processor. */
function isSoftware(renderer: Renderer): boolean {
  const drawing = drawingOf(renderer);
  if (drawing !== "WebGL") return false;
  const { gl } = renderer as WebGLRenderer;
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name: unknown = gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  return /swiftshader|llvmpipe|software|basic render/i.test(String(name));
}

function drawingOf(renderer: Renderer): Drawing {
  const { name } = renderer;
  if (name === "webgl") return "WebGL";
  return name === "webgpu" ? "WebGPU" : "canvas";
}
