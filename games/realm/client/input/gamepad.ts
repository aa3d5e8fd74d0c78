import type { PlayerAbility } from "../../content/abilities.ts";

const deadZone = 0.22;

/** Buttons of the standard layout: the lower face button strikes, the others and the shoulders do the rest. */
const buttons: readonly (PlayerAbility | undefined)[] = [
  "sword",
  "bow",
  "fireball",
  "heal",
  "haste",
  "shield",
  "frost",
];

/** The first gamepad, if there is one. */
export class Gamepads {
  readonly #onUse: (ability: PlayerAbility) => void;
  readonly #down = new Set<number>();

  constructor(onUse: (ability: PlayerAbility) => void) {
    this.#onUse = onUse;
  }

  /** Where the left stick points; at most 1 long. Looks at the buttons, too. */
  read(): { dx: number; dy: number } {
    const pad = navigator.getGamepads().find((one) => one?.connected === true);
    if (pad == null) return { dx: 0, dy: 0 };
    buttons.forEach((ability, index) => {
      const isDown = pad.buttons[index]?.pressed === true;
      // The sword goes on for as long as the button is held.
      if (isDown && ability !== undefined && (!this.#down.has(index) || ability === "sword")) {
        this.#onUse(ability);
      }
      if (isDown) this.#down.add(index);
      else this.#down.delete(index);
    });
    const [dx = 0, dy = 0] = pad.axes;
    const length = Math.hypot(dx, dy);
    if (length < deadZone) return { dx: 0, dy: 0 };
    const shrink = length > 1 ? 1 / length : 1;
    return { dx: dx * shrink, dy: dy * shrink };
  }
}
