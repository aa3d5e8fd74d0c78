import { autoDetectRenderer, Container, type Renderer, RendererType } from "pixi.js";

/** Tiles that should fit across the screen: a phone held upright shows fewer, larger ones. */
const tilesAcross = { wide: 24, narrow: 12 } as const;
/** Fewer rows than this are never shown, whatever the shape of the window. */
const rowsMin = 8.5;
const narrowPx = 640;
/** Beyond this density there is nothing to see but heat. */
const densityMax = 3;

/** Frames that are looked at together, and how long they may take on average, to judge whether the machine keeps up. */
const judgedFrames = 60;
const slowMs = 38;

/** What is drawn with, as people call it. */
export type Drawing = "WebGL" | "WebGPU" | "canvas";

/**
 * The canvas and what is on it: the world, in pixels of the art and enlarged by a whole number, and over it an overlay in
 * pixels of the device, for letters.
 */
export class Stage {
  readonly canvas: HTMLCanvasElement;
  readonly root: Container = new Container();
  readonly world: Container = new Container();
  /** Between the two, not moved with the world. */
  readonly screen: Container = new Container();
  readonly overlay: Container = new Container();
  readonly #renderer: Renderer;
  readonly #tilePx: number;
  #scale = 3;
  #density = 1;
  /** Of the canvas, in device pixels. */
  #width = 1;
  #height = 1;
  #densityMax = densityMax;
  #frames = 0;
  #framesMs = 0;
  #isLean = false;

  private constructor(renderer: Renderer, canvas: HTMLCanvasElement, tilePx: number) {
    this.#renderer = renderer;
    this.canvas = canvas;
    this.#tilePx = tilePx;
    this.root.addChild(this.world, this.screen, this.overlay);
    this.fit();
  }

  static async create(canvas: HTMLCanvasElement, tilePx: number): Promise<Stage> {
    const renderer = await autoDetectRenderer({
      canvas,
      preference: ["webgl", "webgpu", "canvas"],
      backgroundColor: 0x10141f,
      antialias: false,
      resolution: 1,
      autoDensity: false,
      powerPreference: "high-performance",
      width: 16,
      height: 16,
    });
    return new Stage(renderer, canvas, tilePx);
  }

  get drawing(): Drawing {
    if (this.#renderer.type === RendererType.WEBGL) return "WebGL";
    return this.#renderer.type === RendererType.WEBGPU ? "WebGPU" : "canvas";
  }

  /** Device pixels for one pixel of the art. */
  get scale(): number {
    return this.#scale;
  }

  /** Device pixels for one pixel of the page. */
  get density(): number {
    return this.#density;
  }

  /** In device pixels. */
  get width(): number {
    return this.#width;
  }

  get height(): number {
    return this.#height;
  }

  /** The machine does not keep up: what is only pretty is left out. */
  get isLean(): boolean {
    return this.#isLean;
  }

  /** Counts a frame. Where many were slow, less is drawn from here on: first fewer lights, then fewer pixels. */
  judge(dtMs: number): void {
    this.#frames++;
    this.#framesMs += dtMs;
    if (this.#frames < judgedFrames) return;
    const isSlow = this.#framesMs / this.#frames > slowMs;
    this.#frames = 0;
    this.#framesMs = 0;
    if (!isSlow) return;
    if (this.#isLean) this.#densityMax = 1;
    this.#isLean = true;
  }

  /** Takes the size that the page gives the canvas. */
  fit(): void {
    const { clientWidth, clientHeight } = this.canvas;
    const density = Math.min(this.#densityMax, window.devicePixelRatio || 1);
    const width = Math.max(1, Math.round(clientWidth * density));
    const height = Math.max(1, Math.round(clientHeight * density));
    if (width === this.#width && height === this.#height && density === this.#density) return;
    this.#density = density;
    this.#width = width;
    this.#height = height;
    const across = clientWidth < narrowPx ? tilesAcross.narrow : tilesAcross.wide;
    const byWidth = width / (across * this.#tilePx);
    const byHeight = height / (rowsMin * this.#tilePx);
    this.#scale = Math.max(1, Math.round(Math.min(byWidth, byHeight)));
    this.#renderer.resize(width, height);
    this.world.scale.set(this.#scale);
  }

  render(): void {
    this.#renderer.render(this.root);
  }
}
