import { limits } from "realmwright";
import { element, make } from "./page.ts";

export interface ChatEntry {
  /** Empty for the room itself. */
  readonly name: string;
  readonly text: string;
  readonly isOwn: boolean;
}

const linesMax = 80;
/** Lines fade after so long while the box is closed. */
const fadeMs = 14_000;

/** The chat: lines that fade, and a field that opens on Enter. */
export class ChatBox {
  readonly log: ChatEntry[] = [];
  readonly #box = element("chat", HTMLElement);
  readonly #lines = element("chat-log", HTMLElement);
  readonly #input = element("chat-input", HTMLInputElement);
  readonly #onSay: (text: string) => void;
  readonly #onClose: () => void;

  constructor(onSay: (text: string) => void, onClose: () => void) {
    this.#onSay = onSay;
    this.#onClose = onClose;
    this.#input.maxLength = limits.chatCharacters.value;
    element("chat-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    this.#input.addEventListener("blur", () => this.close());
  }

  get isOpen(): boolean {
    return this.#box.classList.contains("open");
  }

  open(): void {
    this.#box.classList.add("open");
    this.#lines.scrollTop = this.#lines.scrollHeight;
    this.#input.focus();
  }

  close(): void {
    if (!this.isOpen) return;
    this.#box.classList.remove("open");
    this.#input.blur();
    this.#lines.scrollTop = this.#lines.scrollHeight;
    this.#onClose();
  }

  add(entry: ChatEntry): void {
    this.log.push(entry);
    if (this.log.length > linesMax) this.log.shift();
    const line = make("li", entry.name === "" ? "room" : entry.isOwn ? "own" : "");
    // Text nodes: what players write is never markup.
    if (entry.name !== "") line.append(make("b", "", entry.name), ": ");
    line.append(entry.text);
    this.#lines.append(line);
    while (this.#lines.childElementCount > linesMax) this.#lines.firstElementChild?.remove();
    this.#lines.scrollTop = this.#lines.scrollHeight;
    setTimeout(() => line.classList.add("old"), fadeMs);
  }

  #send(): void {
    const text = this.#input.value.trim();
    this.#input.value = "";
    if (text !== "") this.#onSay(text);
    this.close();
  }
}
