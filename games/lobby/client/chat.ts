import { element, make, tell, wordsOf } from "./page.ts";
import type { ChatLine, TableClient, TableRoom, TableState } from "./table-room.ts";

/** What is said at the table: beside it, or on a phone in a sheet over it. */
export class Chat {
  readonly #client: TableClient;
  readonly #room: TableRoom;
  readonly #log = element("chat-log", HTMLOListElement);
  readonly #field = element("chat-text", HTMLInputElement);
  readonly #toggle = element("chat-toggle", HTMLButtonElement);
  readonly #lines = new Map<number, HTMLElement>();
  /** The newest line that was here already when the page came. */
  #known: number | undefined;
  #unread = 0;

  constructor(client: TableClient, room: TableRoom, signal: AbortSignal) {
    this.#client = client;
    this.#room = room;
    this.#log.replaceChildren();
    const say = (event: Event): void => {
      event.preventDefault();
      void this.#say();
    };
    element("chat-form", HTMLFormElement).addEventListener("submit", say, { signal });
    this.#toggle.addEventListener("click", () => this.#open(!this.#isOpen), { signal });
    element("chat-close", HTMLButtonElement).addEventListener("click", () => this.#open(false), {
      signal,
    });
    const close = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && this.#isOpen) this.#open(false);
    };
    element("chat", HTMLElement).addEventListener("keydown", close, { signal });
    tell("chat-error", "");
    element("chat-said", HTMLElement).textContent = "";
    delete document.body.dataset["chat"];
    this.#toggle.setAttribute("aria-expanded", "false");
    this.#showUnread(undefined);
  }

  show({ lines }: TableState): void {
    const isFirst = this.#known === undefined;
    const shown = new Set(lines.map(({ number }) => number));
    for (const [number, item] of this.#lines) {
      if (shown.has(number)) continue;
      item.remove();
      this.#lines.delete(number);
    }
    const news = lines.filter(({ number }) => !this.#lines.has(number));
    for (const line of news) this.#add(line);
    const known = this.#known ?? -1;
    this.#known = Math.max(known, lines.at(-1)?.number ?? 0);
    if (news.length > 0) this.#log.scrollTop = this.#log.scrollHeight;
    const others = isFirst
      ? []
      : news.filter(({ number, by }) => number > known && by !== this.#client.account);
    const last = others.at(-1);
    if (last === undefined) return;
    element("chat-said", HTMLElement).textContent = `${last.name}: ${last.text}`;
    if (!this.#isSeen) this.#unread += others.length;
    this.#showUnread(last);
  }

  get #isOpen(): boolean {
    return document.body.dataset["chat"] === "open";
  }

  /** On a wide page the chat is always there. */
  get #isSeen(): boolean {
    return this.#log.checkVisibility();
  }

  #open(isOpen: boolean): void {
    document.body.dataset["chat"] = isOpen ? "open" : "";
    this.#toggle.setAttribute("aria-expanded", String(isOpen));
    this.#unread = 0;
    this.#showUnread(undefined);
    // a text field would bring the phone's keyboard up over what there is to read
    if (isOpen) element("chat-title", HTMLElement).focus();
    else this.#toggle.focus();
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #showUnread(last: ChatLine | undefined): void {
    const count = element("chat-unread", HTMLElement);
    count.textContent = this.#unread === 0 ? "" : String(this.#unread);
    count.hidden = this.#unread === 0;
    const isTold = this.#unread > 0 && last !== undefined;
    if (isTold || this.#unread === 0) {
      element("chat-preview", HTMLElement).textContent = isTold ? `${last.name}: ${last.text}` : "";
    }
    const words = this.#unread === 0 ? "Chat" : `Chat, ${this.#unread} unread`;
    this.#toggle.setAttribute("aria-label", words);
  }

  async #say(): Promise<void> {
    const text = this.#field.value.trim();
    if (text === "") return;
    this.#field.value = "";
    try {
      await this.#client.rpc("say", { room: this.#room.id, text });
      tell("chat-error", "");
    } catch (error) {
      tell("chat-error", wordsOf(error));
      if (this.#field.value === "") this.#field.value = text;
    }
  }

  #add({ number, by, name, color, text }: ChatLine): void {
    const item = make("li", by === this.#client.account ? "own" : "");
    const who = make("bdi", "who", name);
    who.dataset["color"] = String(color);
    item.append(who, " ", make("bdi", "", text));
    this.#lines.set(number, item);
    this.#log.append(item);
  }
}
