import { chosenName } from "./names.ts";
import { element, make, tell } from "./page.ts";
import { listTables, type TableLine } from "./tables.ts";
import type { TableClient } from "./table-room.ts";

/** How often the list is asked for while it is looked at. */
const refreshMs = 2500;

const phases: Readonly<Record<TableLine["phase"], string>> = {
  waiting: "waiting",
  play: "playing",
  over: "between rounds",
};

export interface HomeActions {
  join(code: string, spectate: boolean): void;
  open(wish: { name: string; maxPlayers: number; turnSeconds: number }): void;
}

/** The list of tables, and the ways to one. */
export class Home {
  readonly #client: TableClient;
  readonly #actions: HomeActions;
  readonly #ended = new AbortController();
  readonly #lines = new Map<string, { readonly item: HTMLElement; readonly shown: string }>();
  #timer = 0;

  constructor(client: TableClient, actions: HomeActions) {
    this.#client = client;
    this.#actions = actions;
    element("tables", HTMLUListElement).replaceChildren();
    this.showName();
    const { signal } = this.#ended;
    element("join-form", HTMLFormElement).addEventListener("submit", this.#join, { signal });
    element("create-form", HTMLFormElement).addEventListener("submit", this.#create, { signal });
    void this.#refresh();
  }

  showName(): void {
    const badge = element("own-name", HTMLButtonElement);
    badge.textContent = chosenName();
    badge.setAttribute("aria-label", `Your name: ${chosenName()}. Change it`);
  }

  close(): void {
    this.#ended.abort();
    window.clearTimeout(this.#timer);
  }

  readonly #join = (event: Event): void => {
    event.preventDefault();
    const field = element("code", HTMLInputElement);
    this.#actions.join(field.value.replaceAll(/\s/g, "").toUpperCase(), false);
    field.value = "";
  };

  readonly #create = (event: Event): void => {
    event.preventDefault();
    this.#actions.open({
      name: element("table-name", HTMLInputElement).value,
      maxPlayers: Number(element("table-players", HTMLSelectElement).value),
      turnSeconds: Number(element("table-seconds", HTMLSelectElement).value),
    });
  };

  async #refresh(): Promise<void> {
    try {
      if (!document.hidden) this.#show(await listTables(this.#client));
    } catch (error) {
      console.warn(error);
    }
    if (this.#ended.signal.aborted) return;
    this.#timer = window.setTimeout(() => void this.#refresh(), refreshMs);
  }

  #show(tables: readonly TableLine[]): void {
    if (this.#ended.signal.aborted) return;
    tell("no-tables", tables.length === 0 ? "No table is open. Be the first!" : "");
    const list = element("tables", HTMLUListElement);
    for (const [id, { item }] of this.#lines) {
      if (tables.some((table) => table.id === id)) continue;
      item.remove();
      this.#lines.delete(id);
    }
    // what is as it was stays in the page: somebody may be about to press it
    for (const [place, table] of tables.entries()) {
      const shown = JSON.stringify(table);
      const known = this.#lines.get(table.id);
      if (known?.shown === shown) continue;
      const item = this.#line(table);
      const focused = known?.item.contains(document.activeElement)
        ? document.activeElement?.textContent
        : undefined;
      if (known === undefined) list.insertBefore(item, list.children[place] ?? null);
      else known.item.replaceWith(item);
      this.#lines.set(table.id, { item, shown });
      const again = [...item.querySelectorAll("button")];
      if (focused) (again.find(({ textContent }) => textContent === focused) ?? again[0])?.focus();
    }
  }

  #line(table: TableLine): HTMLElement {
    const item = make("li", "line");
    item.dataset["code"] = table.id;
    const about = make("div", "about");
    const by = table.host === "" ? "" : ` · ${table.host}`;
    const watching = table.watchers > 0 ? `, ${table.watchers} watching` : "";
    about.append(
      make("bdi", "name", table.name),
      make(
        "span",
        "dim",
        `${table.players} of ${table.max}, ${phases[table.phase]}${watching}${by}`,
      ),
    );
    const isFull = table.players >= table.max;
    item.append(about, this.#button("Watch", "quiet", table, true));
    if (!isFull) item.append(this.#button("Join", "primary", table, false));
    return item;
  }

  #button(text: string, style: string, { id, name }: TableLine, spectate: boolean): HTMLElement {
    const button = make("button", style, text);
    button.setAttribute("aria-label", `${text} ${name}`);
    button.addEventListener("click", () => this.#actions.join(id, spectate));
    return button;
  }
}
