import type { Art } from "../data/art.ts";
import type { Progress } from "../data/asset-index.ts";
import { randomName } from "../names.ts";
import { element, isCalm, make } from "./page.ts";

/** Who someone wants to be. */
export interface Choice {
  readonly name: string;
  readonly look: string;
}

const memory = { name: "realm.name", look: "realm.look" } as const;
const frameMs = 140;
/** A chosen figure turns round, the others stand. */
const turns = ["down", "right", "up", "left"] as const;

/** The first screen: name, look, and the way in. */
export class TitleScreen {
  readonly #screen = element("title", HTMLElement);
  readonly #form = element("join", HTMLFormElement);
  readonly #name = element("name", HTMLInputElement);
  readonly #play = element("play", HTMLButtonElement);
  readonly #status = element("status", HTMLElement);
  readonly #looks = element("looks", HTMLFieldSetElement);
  readonly #previews = new Map<string, CanvasRenderingContext2D>();
  #art: Art | undefined;
  #isReady = false;
  #isBusy = false;
  /** Somebody has pressed Enter before everything was there. */
  #isAwaited = false;
  #timer = 0;

  /** @param onPlay somebody wants in. */
  constructor(onPlay: (choice: Choice) => void) {
    this.#name.value = remembered(memory.name) ?? randomName(Math.random);
    element("dice", HTMLButtonElement).addEventListener("click", () => {
      this.#name.value = randomName(Math.random);
    });
    window.addEventListener("keydown", (event) => this.#await(event));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const choice = this.choice;
      if (!this.#isReady || this.#isBusy || choice.name === "") return;
      remember(memory.name, choice.name);
      remember(memory.look, choice.look);
      onPlay(choice);
    });
  }

  get choice(): Choice {
    const picked = this.#looks.querySelector<HTMLInputElement>("input:checked");
    return { name: this.#name.value.trim(), look: picked?.value ?? "knight" };
  }

  progress({ loadedBytes, totalBytes }: Progress): void {
    const share = totalBytes === 0 ? 0 : Math.round((loadedBytes / totalBytes) * 100);
    const bar = element("progress", HTMLElement);
    bar.setAttribute("aria-valuenow", String(share));
    bar.querySelector("i")!.style.width = `${share}%`;
    if (this.#isReady) return;
    const what = this.#isAwaited ? "In you go as soon as the world is here" : "Fetching the world";
    this.tell(`${what}… ${share} %`, false);
  }

  /** The pictures are there: looks can be chosen. */
  offer(art: Art, looks: readonly string[]): void {
    this.#art = art;
    const before = remembered(memory.look) ?? looks[Math.floor(Math.random() * looks.length)];
    for (const look of looks) {
      const label = make("label", "look");
      const radio = make("input");
      radio.type = "radio";
      radio.name = "look";
      radio.value = look;
      radio.checked = look === before;
      const canvas = make("canvas");
      canvas.width = 64;
      canvas.height = 64;
      const context = canvas.getContext("2d");
      if (context !== null) this.#previews.set(look, context);
      label.append(radio, canvas, look.charAt(0).toUpperCase() + look.slice(1));
      this.#looks.append(label);
    }
    if (this.#looks.querySelector("input:checked") === null) {
      this.#looks.querySelector("input")?.click();
    }
    this.#animate();
  }

  /** Fills in what the address asks for. */
  propose(name: string | null, look: string | null): void {
    if (name !== null && name.trim() !== "") this.#name.value = name.trim().slice(0, 24);
    for (const radio of this.#looks.querySelectorAll("input")) {
      if (radio.value === look) radio.checked = true;
    }
  }

  /** Everything is there. @param note something to know about this machine, or empty. */
  ready(note: string): void {
    this.#isReady = true;
    this.#play.disabled = false;
    element("progress", HTMLElement).classList.add("done");
    const isTouch = window.matchMedia("(pointer: coarse)").matches;
    this.tell(note !== "" ? note : isTouch ? "Tap Play" : "Press Enter, or click Play", false);
    if (!isTouch) this.#name.select();
  }

  /** Goes in if somebody has asked for it while the world was fetched. */
  enterIfAwaited(): void {
    if (this.#isAwaited) this.#form.requestSubmit();
    this.#isAwaited = false;
  }

  busy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    this.#play.disabled = isBusy;
    this.#play.textContent = isBusy ? "Entering…" : "Play";
  }

  tell(text: string, isBad: boolean): void {
    this.#status.textContent = text;
    this.#status.classList.toggle("bad", isBad);
  }

  show(): void {
    this.#screen.hidden = false;
    this.#screen.classList.remove("leaving");
    this.busy(false);
    this.#animate();
  }

  hide(): void {
    window.clearInterval(this.#timer);
    this.#name.blur();
    this.#screen.classList.add("leaving");
    setTimeout(() => {
      this.#screen.hidden = true;
    }, 350);
  }

  /** Until everything is there the button is disabled, and a form without one takes no Enter. */
  #await({ key, target, isComposing }: KeyboardEvent): void {
    if (this.#isReady || key !== "Enter" || isComposing || target instanceof HTMLButtonElement)
      return;
    this.#isAwaited = true;
    this.tell("In you go as soon as the world is here…", false);
  }

  #animate(): void {
    window.clearInterval(this.#timer);
    this.#timer = window.setInterval(() => this.#draw(), frameMs);
    this.#draw();
  }

  #draw(): void {
    const art = this.#art;
    if (art === undefined) return;
    const step = isCalm() ? 0 : Math.floor(performance.now() / frameMs);
    const { look: chosen } = this.choice;
    for (const [look, context] of this.#previews) {
      const isChosen = look === chosen;
      const turn = isChosen ? turns[Math.floor(step / 8) % turns.length]! : "down";
      const name = isChosen ? `walk-${turn}-${step % 4}` : `idle-down-${Math.floor(step / 4) % 2}`;
      const figure = art.canvas(look, name, 2);
      context.clearRect(0, 0, 64, 64);
      if (figure !== undefined) context.drawImage(figure, -16, -10);
    }
  }
}

function remembered(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    // This browser keeps nothing.
    return undefined;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // This browser keeps nothing: next time there is another name.
  }
}
