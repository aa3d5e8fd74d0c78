/** The mouse over the world, in pixels of the page. */
export class Pointer {
  x = 0;
  y = 0;
  /** When it last moved or was pressed, in milliseconds of `performance.now()`. */
  usedMs = -Infinity;
  isLeftDown = false;
  isRightDown = false;

  /** @param onPress a button went down: 0 the left one, 2 the right one. */
  constructor(canvas: HTMLCanvasElement, onPress: (button: number) => void) {
    const take = (event: MouseEvent): void => {
      this.x = event.clientX;
      this.y = event.clientY;
      this.usedMs = performance.now();
    };
    window.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse") take(event);
    });
    canvas.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse") return;
      take(event);
      if (event.button === 0) this.isLeftDown = true;
      if (event.button === 2) this.isRightDown = true;
      onPress(event.button);
    });
    window.addEventListener("pointerup", (event) => {
      if (event.button === 0) this.isLeftDown = false;
      if (event.button === 2) this.isRightDown = false;
    });
    window.addEventListener("blur", () => {
      this.isLeftDown = false;
      this.isRightDown = false;
    });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /** Whether it was used of late: then one aims with it. */
  isAiming(nowMs: number): boolean {
    return nowMs - this.usedMs < 5000;
  }
}
