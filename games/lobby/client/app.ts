import { connect } from "realmwright/client";
import { Home } from "./home.ts";
import { element, tell, turnTo, wordsOf } from "./page.ts";
import type { TableClient, TableGame, TableRoom } from "./table-room.ts";
import { Table } from "./table.ts";
import { openTable } from "./tables.ts";

const nameKey = "four-tables.name";
/** Under it this tab remembers at which table it is. */
const tableKey = "four-tables.table";
/** Behind a code in the address: to watch that table. */
const watchMark = "/watch";

/** The page: who one is, the tables, and the table that one sits at. */
export class App {
  #client: TableClient | undefined;
  #home: Home | undefined;
  #table: Table | undefined;
  /** The server has said that it is about to stop. */
  #isStopping = false;

  async start(): Promise<void> {
    const field = element("name", HTMLInputElement);
    field.value = localStorage.getItem(nameKey) ?? "";
    element("name-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#enter(field.value.trim());
    });
    window.addEventListener("hashchange", () => this.#follow());
    element("leave", HTMLButtonElement).addEventListener("click", () => this.#table?.room.leave());
    if (field.value === "") turnTo("welcome");
    else await this.#enter(field.value);
  }

  async #enter(name: string): Promise<void> {
    tell("name-error", "");
    try {
      const client = await connect<TableGame>({ guest: { name } });
      localStorage.setItem(nameKey, name);
      this.#client = client;
      client.onState((state) => {
        tell("connection", state === "open" ? "" : "The connection is gone. Trying again …");
      });
      client.onNotice(({ code }) => {
        if (code === "DRAINING") this.#isStopping = true;
      });
      client.onError((error) => console.warn(error));
      client.onClosed((error) => {
        if (error !== undefined) tell("connection", `${wordsOf(error)} Load the page anew.`);
      });
      this.#goHome("");
      // the seat that this tab had before it was loaded anew, too
      client.onRoom((room) => this.#sit(client, room));
      this.#follow();
    } catch (error) {
      turnTo("welcome");
      tell("name-error", wordsOf(error));
    }
  }

  /** Goes where the address says: to a table, or away from it. */
  #follow(): void {
    const hash = location.hash.slice(1);
    const spectate = hash.endsWith(watchMark);
    const code = spectate ? hash.slice(0, -watchMark.length) : hash;
    if (code === "") this.#table?.room.leave();
    else if (this.#table?.room.id !== code) void this.#join(code, spectate);
  }

  #goHome(notice: string): void {
    const client = this.#client;
    if (client === undefined) return;
    this.#table?.close();
    this.#table = undefined;
    this.#home?.close();
    this.#home = new Home(client, {
      join: (code, spectate) => void this.#join(code, spectate),
      open: (wish) => void this.#open(wish),
    });
    tell("home-notice", notice);
    turnTo("home");
  }

  async #open(wish: Parameters<typeof openTable>[1]): Promise<void> {
    if (this.#client === undefined) return;
    try {
      await this.#join(await openTable(this.#client, wish), false);
    } catch (error) {
      tell("home-notice", wordsOf(error));
    }
  }

  async #join(code: string, spectate: boolean): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    const before = this.#table?.room;
    if (before !== undefined) this.#goHome("");
    before?.leave();
    try {
      await client.join("lobby", undefined, { id: code, spectate });
    } catch (error) {
      const isGone = codeOf(error) === "ROOM_UNKNOWN" && sessionStorage.getItem(tableKey) === code;
      this.#forgetCode();
      tell("home-notice", wordsOf(isGone ? { code: "TABLE_GONE" } : error));
    }
  }

  #sit(client: TableClient, room: TableRoom): void {
    this.#home?.close();
    this.#home = undefined;
    this.#table?.close();
    this.#table = new Table(client, room);
    this.#isStopping = false;
    sessionStorage.setItem(tableKey, room.id);
    const hash = `#${room.id}${room.isSpectator ? watchMark : ""}`;
    // so that Back leads to the tables again
    if (location.hash !== hash) history.pushState(null, "", hash);
    turnTo("table");
    room.onLeft((left) => {
      if (this.#table?.room !== room) return;
      this.#forgetCode();
      const isOver = left.code === "RESUME_INVALID" || left.code === "ROOM_CLOSED";
      const why = isOver && this.#isStopping ? { code: "SERVER_RESTARTED" } : left;
      this.#goHome(left.code === "LEFT" ? "" : wordsOf(why));
    });
  }

  #forgetCode(): void {
    sessionStorage.removeItem(tableKey);
    history.replaceState(null, "", location.pathname + location.search);
  }
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | undefined)?.code;
}
