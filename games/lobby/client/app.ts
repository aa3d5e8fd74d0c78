import { connect } from "realmwright/client";
import { Home } from "./home.ts";
import { chooseName, chosenName, guestName, keepGuestName, NameDialog, rename } from "./names.ts";
import { codeOf, element, tell, turnTo, wordsOf } from "./page.ts";
import type { TableClient, TableGame, TableRoom } from "./table-room.ts";
import { Table } from "./table.ts";
import { openTable } from "./tables.ts";

/** Under it this tab remembers at which table it is. */
const tableKey = "four-tables.table";
/** Behind a code in the address: to watch that table. */
const watchMark = "/watch";

/** The page: who one is, the tables, and the table that one sits at. */
export class App {
  #client: TableClient | undefined;
  #home: Home | undefined;
  #table: Table | undefined;
  /** The table whose watcher is about to play, or whose player is about to watch. */
  #changing: TableRoom | undefined;
  /** The server has said that it is about to stop. */
  #isStopping = false;

  async start(): Promise<void> {
    const field = element("name", HTMLInputElement);
    field.value = chosenName();
    element("name-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#enter(field.value.trim());
    });
    window.addEventListener("hashchange", () => this.#follow());
    element("leave", HTMLButtonElement).addEventListener("click", () => this.#table?.room.leave());
    const full = element("watch-full", HTMLButtonElement);
    full.addEventListener("click", () => void this.#join(full.dataset["code"] ?? "", true));
    new NameDialog().listen((name) => this.#rename(name));
    if (field.value === "") turnTo("welcome");
    else await this.#enter(field.value);
  }

  async #enter(name: string): Promise<void> {
    tell("name-error", "");
    try {
      const guest = guestName() || name;
      const client = await connect<TableGame>({ guest: { name: guest } });
      keepGuestName(guest);
      chooseName(name);
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

  /** At a table all see the other name at once; elsewhere it goes along to the next table. */
  async #rename(name: string): Promise<void> {
    const room = this.#table?.room;
    const isAt = this.#client !== undefined && room !== undefined;
    chooseName(isAt ? await rename(this.#client!, room.id, name) : name);
    this.#home?.showName();
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
    this.#tellNotice(notice);
    turnTo("home");
  }

  /** @param full the code of a table without a free place. */
  #tellNotice(notice: string, full = ""): void {
    tell("home-notice", notice);
    const watch = element("watch-full", HTMLButtonElement);
    watch.hidden = full === "";
    watch.dataset["code"] = full;
  }

  async #open(wish: Parameters<typeof openTable>[1]): Promise<void> {
    if (this.#client === undefined) return;
    try {
      await this.#join(await openTable(this.#client, wish), false);
    } catch (error) {
      this.#tellNotice(wordsOf(error));
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
      const isFull = ["LOBBY_FULL", "ROOM_FULL"].includes(codeOf(error)) && !spectate;
      this.#tellNotice(wordsOf(isGone ? { code: "TABLE_GONE" } : error), isFull ? code : "");
    }
  }

  /** Gives up the place at the table for one of the other kind; where there is none, takes the old kind again. */
  async #change(client: TableClient, room: TableRoom, spectate: boolean): Promise<void> {
    if (this.#changing !== undefined) return;
    this.#changing = room;
    try {
      await new Promise<void>((resolve) => {
        room.onLeft(() => resolve());
        room.leave();
      });
      const { id } = room;
      try {
        await client.join("lobby", undefined, { id, spectate });
      } catch (error) {
        await client.join("lobby", undefined, { id, spectate: !spectate });
        this.#table?.tellError(error);
      }
    } catch (error) {
      this.#forgetCode();
      this.#goHome(wordsOf(error));
    } finally {
      this.#changing = undefined;
    }
  }

  #sit(client: TableClient, room: TableRoom): void {
    const before = this.#table?.room;
    this.#home?.close();
    this.#home = undefined;
    this.#table?.close();
    const table = new Table(client, room, (spectate) => void this.#change(client, room, spectate));
    this.#table = table;
    this.#isStopping = false;
    sessionStorage.setItem(tableKey, room.id);
    const hash = `#${room.id}${room.isSpectator ? watchMark : ""}`;
    // so that Back leads to the tables again
    if (before?.id === room.id) history.replaceState(null, "", hash);
    else if (location.hash !== hash) history.pushState(null, "", hash);
    turnTo("table");
    room.onLeft((left) => {
      if (this.#table !== table || this.#changing === room) return;
      this.#forgetCode();
      const isOver = left.code === "RESUME_INVALID" || left.code === "ROOM_CLOSED";
      const why = isOver && this.#isStopping ? { code: "SERVER_RESTARTED" } : left;
      this.#goHome(left.code === "LEFT" ? "" : wordsOf(why));
    });
    // the account goes by the name that it came with first
    if (chosenName() === client.name) return;
    rename(client, room.id, chosenName()).catch((error: unknown) => table.tellError(error));
  }

  #forgetCode(): void {
    sessionStorage.removeItem(tableKey);
    history.replaceState(null, "", location.pathname + location.search);
  }
}
