import { ImageSource, Rectangle, Texture } from "pixi.js";

/** Pictures that are shown one after another. At least one. */
export interface Clip {
  readonly textures: readonly Texture[];
  readonly frameMs: number;
  readonly loops: boolean;
}

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly pivot?: { readonly x: number; readonly y: number };
  readonly slice?: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
}

/** An atlas as its file describes it. */
export interface AtlasFile {
  readonly images: Readonly<Record<string, string>>;
  readonly frames: Readonly<Record<string, Frame>>;
  readonly animations: Readonly<
    Record<
      string,
      { readonly frames: readonly string[]; readonly fps: number; readonly loop: boolean }
    >
  >;
}

interface Sheet {
  readonly image: HTMLImageElement;
  readonly source: ImageSource;
  readonly atlas: AtlasFile;
  readonly textures: Map<string, Texture>;
  readonly clips: Map<string, Clip>;
  height: number | undefined;
}

/** All pictures of the game by sheet and name. What is missing is drawn as a placeholder and told once. */
export class Art {
  readonly #sheets = new Map<string, Sheet>();
  readonly #told = new Set<string>();
  #placeholder: Texture | undefined;

  /** Adds one picture of an atlas under the atlas's name for it. */
  add(name: string, atlas: AtlasFile, image: HTMLImageElement): void {
    const source = new ImageSource({ resource: image, scaleMode: "nearest" });
    this.#sheets.set(name, {
      image,
      source,
      atlas,
      textures: new Map(),
      clips: new Map(),
      height: undefined,
    });
  }

  has(sheetName: string): boolean {
    return this.#sheets.has(sheetName);
  }

  clip(sheetName: string, name: string): Clip {
    const sheet = this.#sheets.get(sheetName);
    const known = sheet?.clips.get(name);
    if (known !== undefined) return known;
    const animation = sheet?.atlas.animations[name];
    if (sheet === undefined || animation === undefined || animation.frames.length === 0) {
      return this.#missing(sheetName, name);
    }
    const clip: Clip = {
      textures: animation.frames.map((frame) => this.picture(sheetName, frame)),
      frameMs: 1000 / Math.max(0.1, animation.fps),
      loops: animation.loop,
    };
    sheet.clips.set(name, clip);
    return clip;
  }

  /** One picture: a frame, or the first frame of an animation. Its anchor is the frame's pivot. */
  picture(sheetName: string, name: string): Texture {
    const sheet = this.#sheets.get(sheetName);
    const known = sheet?.textures.get(name);
    if (known !== undefined) return known;
    const frame = sheet?.atlas.frames[name];
    if (sheet === undefined || frame === undefined) {
      const first = sheet?.atlas.animations[name]?.frames[0];
      if (first !== undefined && first !== name) return this.picture(sheetName, first);
      return this.#missing(sheetName, name).textures[0]!;
    }
    const texture = new Texture({
      source: sheet.source,
      frame: new Rectangle(frame.x, frame.y, frame.w, frame.h),
      defaultAnchor: {
        x: (frame.pivot?.x ?? frame.w / 2) / frame.w,
        y: (frame.pivot?.y ?? frame.h / 2) / frame.h,
      },
    });
    sheet.textures.set(name, texture);
    return texture;
  }

  /** How far a sheet's figure reaches above its feet, in pixels of the art. */
  heightOf(sheetName: string): number {
    const sheet = this.#sheets.get(sheetName);
    if (sheet === undefined) return 24;
    sheet.height ??= reachOf(sheet.image, sheet.atlas.frames["idle-down-0"]);
    return sheet.height;
  }

  /** One picture as a canvas of its own size, or enlarged, for the page around the world. */
  canvas(sheetName: string, name: string, scale = 1): HTMLCanvasElement | undefined {
    const sheet = this.#sheets.get(sheetName);
    const frame = sheet?.atlas.frames[name];
    if (sheet === undefined || frame === undefined) return undefined;
    const { canvas, context } = canvasOf(frame.w * scale, frame.h * scale);
    context.drawImage(
      sheet.image,
      frame.x,
      frame.y,
      frame.w,
      frame.h,
      0,
      0,
      canvas.width,
      canvas.height,
    );
    return canvas;
  }

  /** Head and shoulders of a sheet's figure: a square of so many pixels of the art, drawn to fill `context`'s canvas. */
  portrait(sheetName: string, side: number, context: CanvasRenderingContext2D): void {
    const sheet = this.#sheets.get(sheetName);
    const frame = sheet?.atlas.frames["idle-down-0"];
    const { width, height } = context.canvas;
    context.clearRect(0, 0, width, height);
    if (sheet === undefined || frame === undefined) return;
    const top = Math.max(0, (frame.pivot?.y ?? frame.h) - this.heightOf(sheetName) - 2);
    const left = Math.round((frame.pivot?.x ?? frame.w / 2) - side / 2);
    context.imageSmoothingEnabled = false;
    context.drawImage(sheet.image, frame.x + left, frame.y + top, side, side, 0, 0, width, height);
  }

  #missing(sheetName: string, name: string): Clip {
    const key = `${sheetName}/${name}`;
    if (!this.#told.has(key)) {
      this.#told.add(key);
      console.warn(`There is no picture ${key}; a placeholder is drawn.`);
    }
    this.#placeholder ??= placeholder();
    return { textures: [this.#placeholder], frameMs: 200, loops: true };
  }
}

/** Rows between the pivot and the topmost pixel that is not clear. */
function reachOf(image: HTMLImageElement, frame: Frame | undefined): number {
  if (frame === undefined) return 24;
  const { context } = canvasOf(frame.w, frame.h);
  context.drawImage(image, frame.x, frame.y, frame.w, frame.h, 0, 0, frame.w, frame.h);
  const { data } = context.getImageData(0, 0, frame.w, frame.h);
  for (let at = 3; at < data.length; at += 4) {
    if (data[at]! > 40) return (frame.pivot?.y ?? frame.h) - Math.floor(at / 4 / frame.w);
  }
  return 24;
}

function placeholder(): Texture {
  const { canvas, context } = canvasOf(16, 16);
  context.fillStyle = "#d34fd6";
  context.fillRect(2, 1, 12, 15);
  context.fillStyle = "#2a0f2c";
  context.fillRect(4, 4, 3, 3);
  context.fillRect(9, 4, 3, 3);
  context.fillRect(5, 10, 6, 2);
  const texture = new Texture({
    source: Texture.from(canvas, true).source,
    defaultAnchor: { x: 0.5, y: 1 },
  });
  texture.source.scaleMode = "nearest";
  return texture;
}

function canvasOf(
  width: number,
  height: number,
): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D } {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser has no canvas to draw on");
  context.imageSmoothingEnabled = false;
  return { canvas, context };
}
