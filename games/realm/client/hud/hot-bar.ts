import type { PlayerAbility } from "../../content/abilities.ts";
import type { Art } from "../data/art.ts";
import { type Skill, skills } from "../skills.ts";
import { element, make } from "./page.ts";
import { pictureUrl } from "./skin.ts";

interface Slot {
  readonly skill: Skill;
  readonly button: HTMLButtonElement;
  readonly wait: HTMLElement;
  readyMs: number;
  shownLeft: string;
}

/** The skills as buttons: their keys, how long until they are ready again, and whether there is mana for them. */
export class HotBar {
  readonly #slots: readonly Slot[];

  /** @param onUse a button was pressed. */
  constructor(art: Art, onUse: (skill: Skill) => void) {
    const bar = element("hot-bar", HTMLElement);
    this.#slots = skills.map((skill) => {
      const button = make("button", "skill");
      button.type = "button";
      button.title = `${skill.title} (${skill.keyName})`;
      button.setAttribute("aria-label", skill.title);
      button.dataset["skill"] = skill.id;
      // The world keeps the keyboard.
      button.tabIndex = -1;
      const icon = make("i", "icon");
      const url = pictureUrl(art, skill.icon, 2);
      if (url !== undefined) icon.style.backgroundImage = `url("${url}")`;
      const wait = make("span", "wait");
      button.append(icon, make("i", "sweep"), wait, make("span", "key", skill.keyName));
      // At the touch, not at its end: in a fight that is felt.
      button.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        onUse(skill);
      });
      button.addEventListener("click", (event) => {
        // From a keyboard or a reader of screens.
        if (event.detail === 0) onUse(skill);
      });
      bar.append(button);
      return { skill, button, wait, readyMs: 0, shownLeft: "" };
    });
  }

  /** Milliseconds of the clock at which a skill may be used again. */
  readyAt(id: PlayerAbility): number {
    return this.#slot(id)?.readyMs ?? 0;
  }

  /** A skill was used: its wait begins. */
  start(id: PlayerAbility, nowMs: number): void {
    const slot = this.#slot(id);
    if (slot !== undefined) slot.readyMs = nowMs + slot.skill.cooldownMs;
  }

  /** A skill was refused: there is no wait. */
  reset(id: PlayerAbility): void {
    const slot = this.#slot(id);
    if (slot !== undefined) slot.readyMs = 0;
  }

  press(id: PlayerAbility): void {
    const button = this.#slot(id)?.button;
    if (button === undefined) return;
    button.classList.add("pressed");
    setTimeout(() => button.classList.remove("pressed"), 110);
  }

  update(nowMs: number, mana: number, level: number): void {
    for (const slot of this.#slots) {
      const { skill, button } = slot;
      const leftMs = Math.max(0, slot.readyMs - nowMs);
      const left = skill.cooldownMs > 0 ? (leftMs / skill.cooldownMs).toFixed(2) : "0.00";
      button.classList.toggle("dry", mana < skill.mana);
      button.classList.toggle("locked", level < skill.level);
      if (left === slot.shownLeft) continue;
      const wasWaiting = button.classList.contains("waiting");
      slot.shownLeft = left;
      button.style.setProperty("--left", left);
      button.classList.toggle("waiting", leftMs > 0);
      button.classList.toggle("ready", wasWaiting && leftMs === 0 && skill.cooldownMs > 2000);
      // Short waits are seen, longer ones read.
      const isLong = leftMs > 0 && skill.cooldownMs > 2000;
      slot.wait.textContent = isLong ? String(Math.ceil(leftMs / 1000)) : "";
    }
    for (const { skill, wait } of this.#slots) {
      if (level < skill.level) wait.textContent = `level ${skill.level}`;
      else if (wait.textContent.startsWith("level")) wait.textContent = "";
    }
  }

  #slot(id: PlayerAbility): Slot | undefined {
    return this.#slots.find(({ skill }) => skill.id === id);
  }
}
