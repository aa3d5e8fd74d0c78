import { TextStyle } from "pixi.js";

const family = '"Trebuchet MS", "Segoe UI", system-ui, "DejaVu Sans", sans-serif';
const ink = 0x10131c;

/** Styles of letters over the world. The same style each time, so that letters are drawn once for all. */
export class Letters {
  readonly #outlined = new Map<number, TextStyle>();
  #density = 1;

  /** White with a dark rim, to be tinted. @param sizePx in pixels of the page. */
  outlined(sizePx: number, density: number): TextStyle {
    if (density !== this.#density) {
      this.#density = density;
      this.#outlined.clear();
    }
    let style = this.#outlined.get(sizePx);
    if (style === undefined) {
      style = new TextStyle({
        fontFamily: family,
        fontSize: Math.round(sizePx * density),
        fontWeight: "bold",
        fill: 0xffffff,
        stroke: { color: ink, width: Math.round(sizePx * 0.25 * density), join: "round" },
      });
      this.#outlined.set(sizePx, style);
    }
    return style;
  }

  /** Dark on parchment, in lines of a width. */
  spoken(widthPx: number, density: number): TextStyle {
    return new TextStyle({
      fontFamily: family,
      fontSize: 13 * density,
      fontWeight: "600",
      lineHeight: 17 * density,
      fill: 0x2c1d1a,
      wordWrap: true,
      breakWords: true,
      wordWrapWidth: widthPx * density,
      align: "center",
    });
  }
}
