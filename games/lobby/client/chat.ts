import { element, make } from "./page.ts";
import type { TableRoom, TableState } from "./table-room.ts";

/** Lines that are kept on the page. */
const linesMax = 100;

/** What is said at the table. */
export class Chat {
  readonly #log = element("chat-log", HTMLOListElement);
  #colors: ReadonlyMap<string, number> = new Map();

  constructor(room: TableRoom, signal: AbortSignal) {
    this.#log.replaceChildren();
    const field = element("chat-text", HTMLInputElement);
    element("chat-form", HTMLFormElement).addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        const text = field.value.trim();
        if (text !== "" && room.chat(text)) field.value = "";
      },
      { signal },
    );
    room.onChat(({ name, text }) => this.#add(name, text));
  }

  /** Who sits here: lines have their speaker's color. */
  know(state: TableState): void {
    const { players } = state;
    this.#colors = new Map(Object.values(players).map(({ name, color }) => [name, color]));
  }

  #add(name: string, text: string): void {
    const line = make("li", "");
    const who = make("strong", "", name);
    who.dataset["color"] = String(this.#colors.get(name) ?? 0);
    line.append(who, ` ${text}`);
    this.#log.append(line);
    while (this.#log.children.length > linesMax) this.#log.firstElementChild?.remove();
    this.#log.scrollTop = this.#log.scrollHeight;
  }
}
