import { BitmapText, Container, Sprite, Texture } from "pixi.js";
import type { Art } from "../data/art.ts";
import type { Letters } from "./letters.ts";

export interface PlateInput {
  readonly hp: number;
  readonly hpMax: number;
  /** Names of effects that are on. */
  readonly effects: readonly string[];
  /** Share of a cast that is done; none when nothing is cast. */
  readonly cast: number | undefined;
  /** About to strike: an exclamation mark. */
  readonly isWindingUp: boolean;
  readonly showsName: boolean;
  readonly showsBar: boolean;
}

const barWidth = 40;
const barHeight = 5;
/** The bar runs after a loss: share of the difference that is left after one second. */
const lagLeft = 0.02;
const iconSide = 16;
const nameHeight = 17;

/** Name, bars and effects over a figure, in pixels of the page times the density. Its origin is its lower middle. */
export class Plate {
  readonly container: Container = new Container();
  readonly #art: Art;
  readonly #density: number;
  readonly #name: BitmapText;
  readonly #nameWidth: number;
  readonly #bar: Bar;
  readonly #castBar: Bar;
  readonly #icons: Container = new Container();
  readonly #alert: Sprite;
  #shownEffects = "";
  #lagging = 1;

  constructor(
    art: Art,
    letters: Letters,
    name: string,
    colour: number,
    barColour: number,
    density: number,
  ) {
    this.#art = art;
    this.#density = density;
    this.#name = new BitmapText({ text: name, style: letters.outlined(13, density) });
    this.#name.tint = colour;
    this.#name.anchor.set(0.5, 1);
    this.#nameWidth = this.#name.width;
    this.#bar = new Bar(barColour, density, barWidth, barHeight);
    this.#castBar = new Bar(0xffd166, density, barWidth, 4);
    this.#alert = new Sprite(art.picture("effects", "alert"));
    this.#alert.scale.set(Math.max(1, Math.round(2 * density)));
    this.container.addChild(this.#castBar.container, this.#bar.container, this.#name);
    this.container.addChild(this.#icons, this.#alert);
  }

  update(input: PlateInput, dtMs: number): void {
    const px = this.#density;
    let y = 0;
    const casts = input.cast !== undefined;
    this.#castBar.container.visible = casts;
    if (casts) {
      y -= 5 * px;
      this.#castBar.container.y = Math.round(y);
      this.#castBar.set(input.cast ?? 0, 0);
      y -= 2 * px;
    }
    this.#bar.container.visible = input.showsBar;
    const share = input.hpMax > 0 ? Math.min(1, input.hp / input.hpMax) : 0;
    this.#lagging = Math.max(share, share + (this.#lagging - share) * lagLeft ** (dtMs / 1000));
    if (input.showsBar) {
      y -= barHeight * px;
      this.#bar.container.y = Math.round(y);
      this.#bar.set(share, this.#lagging);
      y -= 2 * px;
    }
    this.#name.visible = input.showsName;
    this.#name.y = Math.round(y);
    if (input.showsName) y -= nameHeight * px;
    this.#icons.y = Math.round(y);
    this.#showEffects(input.effects);
    this.#alert.visible = input.isWindingUp;
    this.#alert.y = Math.round(input.effects.length > 0 ? y - (iconSide + 2) * px : y);
  }

  /** Moves it up or down, whichever is nearer, until its name covers no part of another's. */
  clear(other: Plate): void {
    if (!this.#name.visible || !other.#name.visible) return;
    const { x, y } = this.container;
    const height = nameHeight * this.#density;
    const below = y + this.#name.y - other.container.y - other.#name.y;
    const beside = Math.abs(x - other.container.x);
    if (Math.abs(below) >= height || beside >= (this.#nameWidth + other.#nameWidth) / 2) return;
    this.container.y = Math.round(below > 0 ? y - below + height : y - below - height);
  }

  destroy(): void {
    this.container.destroy({ children: true });
  }

  #showEffects(effects: readonly string[]): void {
    const key = effects.join();
    if (key === this.#shownEffects) return;
    this.#shownEffects = key;
    for (const icon of this.#icons.removeChildren()) icon.destroy();
    const side = Math.round(iconSide * this.#density);
    effects.forEach((effect, i) => {
      const icon = new Sprite(this.#art.picture("ui", `buff-${effect}`));
      icon.width = side;
      icon.height = side;
      icon.anchor.set(0);
      icon.position.set(Math.round((i - effects.length / 2) * (side + 2)), -side);
      this.#icons.addChild(icon);
    });
  }
}

class Bar {
  readonly container: Container = new Container();
  readonly #fill: Sprite = new Sprite(Texture.WHITE);
  readonly #lag: Sprite = new Sprite(Texture.WHITE);
  readonly #shine: Sprite = new Sprite(Texture.WHITE);
  readonly #width: number;

  constructor(colour: number, density: number, width: number, height: number) {
    const edge = Math.max(1, Math.round(density));
    this.#width = Math.round(width * density);
    const tall = Math.round(height * density);
    const frame = sized(this.#width + edge * 2, tall + edge * 2, 0x10131c, 0.92);
    const back = sized(this.#width, tall, 0x3a2530, 1);
    frame.position.set(-edge, -edge);
    this.#fill.tint = colour;
    this.#lag.tint = 0xfff1d6;
    this.#shine.tint = 0xffffff;
    this.#shine.alpha = 0.28;
    for (const part of [this.#lag, this.#fill]) part.height = tall;
    this.#shine.height = Math.max(1, Math.round(tall / 3));
    const parts = new Container();
    parts.x = -Math.round(this.#width / 2);
    parts.addChild(frame, back, this.#lag, this.#fill, this.#shine);
    this.container.addChild(parts);
  }

  set(share: number, lagging: number): void {
    this.#fill.width = share <= 0 ? 0 : Math.max(1, Math.round(this.#width * share));
    this.#shine.width = this.#fill.width;
    this.#lag.width = Math.round(this.#width * Math.min(1, Math.max(share, lagging)));
  }
}

function sized(width: number, height: number, tint: number, alpha: number): Sprite {
  const sprite = new Sprite(Texture.WHITE);
  sprite.width = width;
  sprite.height = height;
  sprite.tint = tint;
  sprite.alpha = alpha;
  return sprite;
}
