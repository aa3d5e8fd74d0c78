import type { PlayerAbility } from "../../content/abilities.ts";
import type { Art } from "../data/art.ts";
import { BoardPanel } from "./board-panel.ts";
import { ChatBox } from "./chat-box.ts";
import { DeathScreen } from "./death-screen.ts";
import { DebugPanel, type Weather } from "./debug-panel.ts";
import { HelpCard } from "./help-card.ts";
import { HotBar } from "./hot-bar.ts";
import { Minimap } from "./minimap.ts";
import { Notices } from "./notices.ts";
import { element } from "./page.ts";
import { showIcon } from "./skin.ts";
import { Vitals } from "./vitals.ts";

export interface HudCalls {
  say(text: string): void;
  use(ability: PlayerAbility): void;
  sound(): void;
  /** The chat was opened or closed: letters go there, or to the world again. */
  typing(): void;
}

/** Everything on the page around the world while one plays. */
export class Hud {
  readonly vitals: Vitals = new Vitals();
  readonly notices: Notices = new Notices();
  readonly board: BoardPanel = new BoardPanel();
  readonly help: HelpCard = new HelpCard();
  readonly death: DeathScreen = new DeathScreen();
  readonly bar: HotBar;
  readonly chat: ChatBox;
  readonly minimap: Minimap;
  readonly debug: DebugPanel;
  readonly #art: Art;
  readonly #veil = element("veil", HTMLElement);
  readonly #place = element("place", HTMLElement);

  constructor(art: Art, weather: Weather, calls: HudCalls) {
    this.#art = art;
    this.bar = new HotBar(art, ({ id }) => calls.use(id));
    this.chat = new ChatBox(
      (text) => calls.say(text),
      () => calls.typing(),
    );
    this.minimap = new Minimap(art);
    this.debug = new DebugPanel(weather);
    element("chat-button", HTMLButtonElement).addEventListener("click", () => {
      calls.typing();
      this.chat.open();
    });
    element("sound-button", HTMLButtonElement).addEventListener("click", () => calls.sound());
    // A click on a button must not leave the keyboard there.
    for (const button of document.querySelectorAll<HTMLButtonElement>("#menu button")) {
      button.addEventListener("pointerup", () => setTimeout(() => button.blur()));
    }
  }

  show(): void {
    element("hud", HTMLElement).hidden = false;
  }

  hide(): void {
    element("hud", HTMLElement).hidden = true;
  }

  /** The name of where one is. */
  place(name: string): void {
    if (this.#place.textContent === name) return;
    this.#place.textContent = name;
    this.notices.toast(name);
  }

  showSound(isOn: boolean): void {
    const button = element("sound-button", HTMLButtonElement);
    button.setAttribute("aria-pressed", String(isOn));
    const icon = button.querySelector("i")!;
    icon.dataset["icon"] = isOn ? "icon-sound-on" : "icon-sound-off";
    showIcon(this.#art, icon);
  }

  /** Darkens the world while another one is fetched. */
  veil(isOn: boolean): void {
    this.#veil.classList.toggle("on", isOn);
  }

  /** Closes the topmost thing that is open; false when there was none. */
  escape(): boolean {
    for (const panel of [this.help, this.board, this.debug]) {
      if (!panel.isShown) continue;
      panel.show(false);
      return true;
    }
    return false;
  }
}
