import { element } from "../hud/page.ts";

/** How far the thumb goes from the middle to full speed, in pixels of the page. */
const reachPx = 46;
/** Nearer to the middle one stands. */
const deadPx = 9;
/** Shorter and smaller than this it was a tap. */
const tapMs = 260;
const tapPx = 14;

interface Thumb {
  readonly pointer: number;
  readonly startMs: number;
  /** Where the stick stands, which follows a thumb that goes too far. */
  centreX: number;
  centreY: number;
  x: number;
  y: number;
  travelPx: number;
}

/** A stick under the left thumb: it stands wherever the thumb comes down. Short touches anywhere are taps. */
export class TouchStick {
  readonly #stick = element("stick", HTMLElement);
  readonly #knob: HTMLElement = this.#stick.querySelector("i")!;
  readonly #onTap: (x: number, y: number) => void;
  #thumb: Thumb | undefined;

  /** @param onTap in pixels of the page. */
  constructor(canvas: HTMLCanvasElement, onTap: (x: number, y: number) => void) {
    this.#onTap = onTap;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse") return;
      event.preventDefault();
      this.#begin(event, canvas);
    });
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      canvas.addEventListener(end, (event) => this.#end(event));
    }
    this.#rest();
    window.addEventListener("resize", () => {
      if (this.#thumb === undefined) this.#rest();
    });
  }

  /** At most 1 long. */
  get direction(): { readonly dx: number; readonly dy: number } {
    const thumb = this.#thumb;
    if (thumb === undefined) return { dx: 0, dy: 0 };
    const dx = thumb.x - thumb.centreX;
    const dy = thumb.y - thumb.centreY;
    const length = Math.hypot(dx, dy);
    if (length < deadPx) return { dx: 0, dy: 0 };
    const share = Math.min(1, (length - deadPx) / (reachPx - deadPx)) / length;
    return { dx: dx * share, dy: dy * share };
  }

  #begin(event: PointerEvent, canvas: HTMLCanvasElement): void {
    if (this.#thumb !== undefined) return;
    canvas.setPointerCapture(event.pointerId);
    this.#thumb = {
      pointer: event.pointerId,
      startMs: performance.now(),
      centreX: event.clientX,
      centreY: event.clientY,
      x: event.clientX,
      y: event.clientY,
      travelPx: 0,
    };
  }

  #move(event: PointerEvent): void {
    const thumb = this.#thumb;
    if (thumb?.pointer !== event.pointerId) return;
    thumb.travelPx += Math.hypot(event.clientX - thumb.x, event.clientY - thumb.y);
    thumb.x = event.clientX;
    thumb.y = event.clientY;
    const dx = thumb.x - thumb.centreX;
    const dy = thumb.y - thumb.centreY;
    const beyond = Math.hypot(dx, dy) - reachPx;
    if (beyond > 0) {
      const length = beyond + reachPx;
      thumb.centreX += (dx / length) * beyond;
      thumb.centreY += (dy / length) * beyond;
    }
    if (thumb.travelPx > tapPx) this.#draw(thumb);
  }

  #end(event: PointerEvent): void {
    const thumb = this.#thumb;
    if (thumb?.pointer !== event.pointerId) return;
    this.#thumb = undefined;
    this.#rest();
    const isTap = performance.now() - thumb.startMs < tapMs && thumb.travelPx < tapPx;
    if (isTap && event.type === "pointerup") this.#onTap(event.clientX, event.clientY);
  }

  #draw(thumb: Thumb): void {
    this.#stick.classList.add("held");
    this.#stick.style.left = `${thumb.centreX}px`;
    this.#stick.style.top = `${thumb.centreY}px`;
    const { x, y, centreX, centreY } = thumb;
    this.#knob.style.transform = `translate(${x - centreX}px, ${y - centreY}px)`;
  }

  #rest(): void {
    this.#stick.classList.remove("held");
    this.#stick.style.left = "92px";
    this.#stick.style.top = `${window.innerHeight - 104}px`;
    this.#knob.style.transform = "";
  }
}
