import type { PlayerAbility } from "../../content/abilities.ts";
import { talkRadius } from "../../shared.ts";
import type { Actions, Aim, EmoteName } from "../actions.ts";
import type { Stage } from "../view/stage.ts";
import type { ZoneView } from "../view/zone-view.ts";
import { Gamepads } from "./gamepad.ts";
import { Keyboard } from "./keyboard.ts";
import { Pointer } from "./pointer.ts";
import { TouchStick } from "./touch-stick.ts";
import type { Walker } from "./walker.ts";

/** What the controls work on; another one in each zone. */
export interface Helm {
  readonly actions: Actions;
  readonly view: ZoneView;
  readonly walker: Walker;
  /** Where one stands, in tiles. */
  readonly self: () => { readonly x: number; readonly y: number } | undefined;
}

/** What keys do besides walking and fighting. */
export interface Commands {
  chat(): void;
  board(): void;
  help(): void;
  sound(): void;
  debug(): void;
  /** Closes what is open. */
  escape(): boolean;
}

const spellKeys: Readonly<Record<string, PlayerAbility>> = {
  Digit1: "fireball",
  Digit2: "heal",
  Digit3: "haste",
  Digit4: "shield",
  Digit5: "frost",
  KeyF: "bow",
};
const emoteKeys: Readonly<Record<string, EmoteName>> = {
  KeyZ: "wave",
  KeyX: "cheer",
  KeyC: "dance",
};

/** A touch or a click so near to someone means that one, in tiles. */
const pickTiles = 1.1;

/** Keyboard, mouse, touch and gamepad, as one. */
export class Controls {
  readonly #stage: Stage;
  readonly #commands: Commands;
  readonly #keyboard: Keyboard;
  readonly #pointer: Pointer;
  readonly #stick: TouchStick;
  readonly #gamepads: Gamepads;
  readonly #held = new Set<PlayerAbility>();
  #helm: Helm | undefined;
  /** For tests: walks on until it is set back. */
  hold: { readonly dx: number; readonly dy: number } = { dx: 0, dy: 0 };
  isTouch: boolean = window.matchMedia("(pointer: coarse)").matches;

  constructor(stage: Stage, commands: Commands) {
    this.#stage = stage;
    this.#commands = commands;
    this.#keyboard = new Keyboard((code) => this.#key(code));
    this.#pointer = new Pointer(stage.canvas, (button) => this.#press(button));
    this.#stick = new TouchStick(stage.canvas, (x, y) => this.#tap(x, y));
    this.#gamepads = new Gamepads((ability) => this.#helm?.actions.use(ability, undefined));
    window.addEventListener("pointerdown", (event) => {
      const isTouch = event.pointerType !== "mouse";
      if (isTouch !== this.isTouch) this.#became(isTouch);
    });
    for (const end of ["pointerup", "pointercancel"] as const) {
      window.addEventListener(end, () => this.#held.clear());
    }
    this.#became(this.isTouch);
  }

  take(helm: Helm | undefined): void {
    this.#helm = helm;
    this.#held.clear();
  }

  /** A button of the hot bar: weapons go on for as long as it is held. */
  useButton(ability: PlayerAbility): void {
    if (ability === "sword" || ability === "bow") this.#held.add(ability);
    this.#helm?.actions.use(ability, undefined);
  }

  /** Letters are typed from here on. */
  release(): void {
    this.#keyboard.release();
  }

  /** Uses what is held, and answers where to walk; at most 1 long. */
  read(dtMs: number): { readonly dx: number; readonly dy: number } {
    const helm = this.#helm;
    if (helm === undefined) return { dx: 0, dy: 0 };
    this.#useHeld(helm);
    const pad = this.#gamepads.read();
    for (const way of [this.hold, this.#keyboard.direction, this.#stick.direction, pad]) {
      if (way.dx === 0 && way.dy === 0) continue;
      helm.walker.stop();
      return way;
    }
    const self = helm.self();
    return self === undefined ? { dx: 0, dy: 0 } : helm.walker.direction(self.x, self.y, dtMs);
  }

  /** What the mouse points at: decides the cursor. */
  pointedAt(): "attack" | "talk" | "arrow" {
    const helm = this.#helm;
    if (helm === undefined || this.isTouch) return "arrow";
    const { x, y } = this.#place(this.#pointer.x, this.#pointer.y, helm);
    if (helm.actions.monsterNear(x, y + 0.5, pickTiles) !== undefined) return "attack";
    return helm.actions.villagerNear(x, y + 0.5, pickTiles) === undefined ? "arrow" : "talk";
  }

  #useHeld(helm: Helm): void {
    if (this.#pointer.isLeftDown || this.#keyboard.isDown("Space")) {
      helm.actions.use("sword", this.#aim(helm));
    }
    if (this.#pointer.isRightDown || this.#keyboard.isDown("KeyF")) {
      helm.actions.use("bow", this.#aim(helm));
    }
    for (const ability of this.#held) helm.actions.use(ability, undefined);
  }

  #became(isTouch: boolean): void {
    this.isTouch = isTouch;
    document.body.classList.toggle("touch", isTouch);
  }

  /** Where the mouse points, while it is used. */
  #aim(helm: Helm): Aim | undefined {
    if (!this.#pointer.isAiming(performance.now())) return undefined;
    return this.#place(this.#pointer.x, this.#pointer.y, helm);
  }

  #place(pageX: number, pageY: number, helm: Helm): Aim {
    const { density } = this.#stage;
    const at = helm.view.camera.toTiles(pageX * density, pageY * density, this.#stage);
    // One points at bodies, which stand above their feet.
    return { x: at.x, y: at.y + 0.4 };
  }

  #key(code: string): boolean {
    const { actions } = this.#helm ?? {};
    const spell = spellKeys[code];
    const emote = emoteKeys[code];
    if (actions !== undefined && this.#helm !== undefined) {
      if (spell !== undefined) actions.use(spell, this.#aim(this.#helm));
      else if (emote !== undefined) actions.emote(emote);
      else if (code === "KeyE") actions.talk(undefined);
      if (spell ?? emote ?? (code === "KeyE" || code === "Space")) return true;
    }
    return this.#command(code);
  }

  #command(code: string): boolean {
    const commands = this.#commands;
    switch (code) {
      case "Enter":
      case "NumpadEnter":
        // Enter on a button of the page is the button's.
        if (document.activeElement instanceof HTMLButtonElement) return false;
        commands.chat();
        return true;
      case "Tab":
        // Once the focus is on the page's own controls, Tab goes from one to the next.
        if (
          document.activeElement !== document.body &&
          document.activeElement !== this.#stage.canvas
        ) {
          return false;
        }
        commands.board();
        return true;
      case "KeyH":
        commands.help();
        return true;
      case "KeyM":
        commands.sound();
        return true;
      case "F3":
        commands.debug();
        return true;
      case "Escape":
        return commands.escape();
      default:
        return false;
    }
  }

  #press(button: number): void {
    const helm = this.#helm;
    if (helm === undefined) return;
    helm.walker.stop();
    if (button !== 0) return;
    const at = this.#place(this.#pointer.x, this.#pointer.y, helm);
    const self = helm.self();
    const villager = helm.actions.villagerNear(at.x, at.y, pickTiles);
    if (villager === undefined || self === undefined) return;
    // Not a blow, but a word.
    this.#pointer.isLeftDown = false;
    if (Math.hypot(villager.x - self.x, villager.y - self.y) <= talkRadius) {
      helm.actions.talk(villager);
    } else {
      helm.walker.go(self.x, self.y, villager.x, villager.y + 1);
    }
  }

  /** A short touch on the world: talk, strike, or walk there. */
  #tap(pageX: number, pageY: number): void {
    const helm = this.#helm;
    const self = helm?.self();
    if (helm === undefined || self === undefined) return;
    const at = this.#place(pageX, pageY, helm);
    const villager = helm.actions.villagerNear(at.x, at.y, pickTiles);
    if (
      villager !== undefined &&
      Math.hypot(villager.x - self.x, villager.y - self.y) <= talkRadius
    ) {
      helm.actions.talk(villager);
      return;
    }
    const monster = helm.actions.monsterNear(at.x, at.y, pickTiles);
    const far = monster === undefined ? 0 : Math.hypot(monster.x - self.x, monster.y - self.y);
    if (monster !== undefined && far < 9) {
      helm.actions.use(far < 2 ? "sword" : "bow", monster);
      return;
    }
    helm.walker.go(self.x, self.y, at.x, at.y - 0.4);
  }
}
