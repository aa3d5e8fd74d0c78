import { element, tell, wordsOf } from "./page.ts";
import type { TableClient } from "./table-room.ts";

const key = "four-tables.name";
const guestKey = "four-tables.guest";

/** The name that one has chosen on this machine; "" for none yet. */
export function chosenName(): string {
  return localStorage.getItem(key) ?? "";
}

export function chooseName(name: string): void {
  localStorage.setItem(key, name);
}

/** The name to come in with. It stays, whatever one is called since: by another one another guest would come. */
export function guestName(): string {
  return localStorage.getItem(guestKey) ?? chosenName();
}

export function keepGuestName(name: string): void {
  localStorage.setItem(guestKey, name);
}

/** Goes by another name at a table, for all who are there; answers it as the table shows it. */
export async function rename(client: TableClient, room: string, name: string): Promise<string> {
  const answer = (await client.rpc("rename", { room, name })) as { readonly name: string };
  return answer.name;
}

/** The dialog in which one chooses another name. */
export class NameDialog {
  readonly #dialog = element("rename", HTMLDialogElement);
  readonly #field = element("new-name", HTMLInputElement);

  /** @param choose does it, and rejects with why it can not be. */
  listen(choose: (name: string) => Promise<void>): void {
    for (const id of ["own-name", "change-name"]) {
      element(id, HTMLButtonElement).addEventListener("click", () => this.#open());
    }
    element("rename-cancel", HTMLButtonElement).addEventListener("click", () => {
      this.#dialog.close();
    });
    element("rename-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit(choose);
    });
  }

  #open(): void {
    this.#field.value = chosenName();
    tell("rename-error", "");
    this.#dialog.showModal();
    this.#field.select();
  }

  async #submit(choose: (name: string) => Promise<void>): Promise<void> {
    try {
      await choose(this.#field.value.trim());
      this.#dialog.close();
    } catch (error) {
      tell("rename-error", wordsOf(error));
    }
  }
}
