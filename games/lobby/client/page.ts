/** An element of the page by its id. Throws where there is none of that kind. */
export function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new TypeError(`no ${kind.name} with the id ${id}`);
}

/** Makes an element with text in it. */
export function make(tag: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Shows a text, or hides its element where there is none. */
export function tell(id: string, text: string): void {
  const line = element(id, HTMLElement);
  line.textContent = text;
  line.hidden = text === "";
}

/** Shows one of the three pages; the keyboard goes on at its top. */
export function turnTo(page: "welcome" | "home" | "table"): void {
  const isOther = element(page, HTMLElement).hidden;
  for (const id of ["welcome", "home", "table"]) element(id, HTMLElement).hidden = id !== page;
  if (!isOther) return;
  const first = page === "welcome" ? "#name" : "h1";
  element(page, HTMLElement).querySelector<HTMLElement>(first)?.focus();
  window.scrollTo(0, 0);
}

const words: Readonly<Record<string, string>> = {
  LOBBY_FULL: "All places at that table are taken. You can watch it.",
  ROOM_FULL: "All places at that table are taken. You can watch it.",
  ROOM_UNKNOWN: "There is no table of that code.",
  ROOM_CLOSED: "That table was closed.",
  ROOM_FAILED: "Something went wrong at that table; it was closed.",
  NAME_INVALID: "Choose another name, of 1 to 24 letters, digits or spaces.",
  TABLE_GONE: "That table is gone: everybody left, or the server was restarted.",
  SERVER_RESTARTED: "The server is restarted, and the table is gone.",
  RESUME_INVALID: "Your place is gone: you were away for too long, or the server was restarted.",
  CONNECTION_LOST: "There is no connection to the server.",
  ANSWER_MISSING: "The server did not answer.",
  HOT_UNAVAILABLE: "The server has lost its memory for a moment. Try again.",
  SCRIPT_BUSY: "The server is busy. Try again.",
  NOT_YOUR_TURN: "It is not your turn.",
  COLUMN_FULL: "This column is full.",
  NOT_NOW: "Not now.",
  NAME_TAKEN: "Somebody else at this table has that name.",
  NOTHING_SAID: "There is nothing in it that others could see.",
  TOO_FAST: "That was much at once. Wait a little.",
};

interface Reason {
  readonly code?: string | undefined;
  readonly text?: string;
  readonly message?: string;
  /** of a script that was called, with its own code and text */
  readonly refusal?: { readonly code: string; readonly text: string };
  /** of a join that a script has refused: what came from the server, with the script's own code and text */
  readonly cause?: { readonly code?: string; readonly text?: string };
}

/** The code of an error; the script's own where a script has refused. */
export function codeOf(reason: unknown): string {
  const { code, refusal, cause } = (reason ?? {}) as Reason;
  return refusal?.code ?? cause?.code ?? code ?? "";
}

/** What to tell a player of an error, of what an input was answered, or of why a room was left. */
export function wordsOf(reason: unknown): string {
  const { text, message, refusal, cause } = (reason ?? {}) as Reason;
  const known = words[codeOf(reason)];
  const own = refusal?.text ?? cause?.text ?? text ?? message;
  return known ?? own ?? (codeOf(reason) || "Something went wrong.");
}
