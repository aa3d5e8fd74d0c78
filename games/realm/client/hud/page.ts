import { RealmError } from "realmwright";

/** An element of the page by its id. Throws when it is missing or of another kind. */
export function element<T extends Element>(id: string, kind: abstract new () => T): T {
  const found = document.querySelector(`#${id}`);
  if (found instanceof kind) return found;
  throw new TypeError(`the page has no ${kind.name} with the id "${id}"`);
}

/** A new element with text in it, never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  text = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  if (text !== "") made.textContent = text;
  return made;
}

/** An error in words for people, without its code. */
export function wordsOf(error: unknown): string {
  if (error instanceof RealmError) return error.message.replace(`${error.code}: `, "");
  return error instanceof Error ? error.message : String(error);
}

/** Whether the player would rather not see things move. */
export function isCalm(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Whether letters typed now belong to a field of the page. */
export function isTyping(): boolean {
  const { activeElement } = document;
  if (activeElement instanceof HTMLInputElement) return activeElement.type !== "range";
  return activeElement instanceof HTMLTextAreaElement;
}
