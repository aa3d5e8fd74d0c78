import type { IncomingMessage, ServerResponse } from "node:http";
import type { GameFolder } from "../game/game-folder.ts";
import type { SourceError } from "../game/source-error.ts";
import { pageScript } from "./page-script.ts";
import { sourceOf } from "./page-sources.ts";

/** What pages under `dev` are told. */
export type DevEvent =
  /** The source does not build or load, and the last good version keeps running; or what runs has thrown, and its room is gone. */
  | {
      readonly type: "fault";
      readonly error: SourceError;
      readonly isOfRun: boolean;
      /** A script has thrown: one call is taken back or refused, and all else goes on. */
      readonly isOfScript?: true;
    }
  /** The newest source runs. */
  | { readonly type: "ready"; readonly tookMs: number }
  /** A new shared half is at this URL. */
  | { readonly type: "shared"; readonly url: string }
  /** The page itself has changed. */
  | { readonly type: "page" };

/** Pages listening at once; more are refused. */
const listenersMax = 64;

/** Keeps the pages of the game informed while it is being written. */
export class DevHub {
  readonly #game: Pick<GameFolder, "root" | "data">;
  readonly #listeners = new Set<ServerResponse>();
  #fault: (DevEvent & { readonly type: "fault" }) | undefined;
  /** Newest shared half, and which one it is. */
  #shared = "";
  #sharedVersion = 0;

  constructor(game: Pick<GameFolder, "root" | "data">) {
    this.#game = game;
  }

  /** Answers what belongs to it; false for every other request. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const [path, query] = request.url?.split("?") ?? [];
    if (path === "/dev/page.js") {
      script(response, pageScript);
      return true;
    }
    if (path === "/dev/shared.js") {
      script(response, this.#shared);
      return true;
    }
    if (path === "/dev/place") {
      const error = sourceOf(new URLSearchParams(query).getAll("at"), this.#game);
      json(response, { place: error?.place, frame: error?.frame });
      return true;
    }
    if (path !== "/dev/events") return false;
    this.#listen(response);
    return true;
  }

  /** A page with the script in it, before all others: it hears of what they throw. */
  inject(page: string): string {
    const script = '<script src="/dev/page.js"></script>';
    const head = /<head(?=[\s>])[^>]*>/i.exec(page) ?? /^\s*<!doctype[^>]*>/i.exec(page);
    const at = head === null ? 0 : head.index + head[0].length;
    return page.slice(0, at) + script + page.slice(at);
  }

  tell(event: DevEvent): void {
    if (event.type === "fault") this.#fault = event;
    if (event.type === "ready") this.#fault = undefined;
    for (const listener of this.#listeners) write(listener, event);
  }

  /** Offers a new shared half to running pages. */
  renewShared(code: string): void {
    this.#shared = code;
    this.tell({ type: "shared", url: `/dev/shared.js?v=${++this.#sharedVersion}` });
  }

  /** Ends all streams, so that the server can stop. */
  close(): void {
    for (const listener of this.#listeners) listener.end();
    this.#listeners.clear();
  }

  #listen(response: ServerResponse): void {
    if (this.#listeners.size >= listenersMax) {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      connection: "keep-alive",
    });
    response.write("retry: 500\n\n");
    this.#listeners.add(response);
    response.on("close", () => this.#listeners.delete(response));
    // A page opened while the source is broken is told at once.
    if (this.#fault !== undefined) write(response, this.#fault);
  }
}

function script(response: ServerResponse, code: string): void {
  response.writeHead(200, {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(code);
}

function json(response: ServerResponse, value: object): void {
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(value));
}

function write(response: ServerResponse, event: DevEvent): void {
  const { type, ...data } = event;
  const payload = event.type === "fault" ? faultOf(event) : data;
  response.write(`event: ${type}\ndata: ${JSON.stringify(payload)}\n\n`);
}

function faultOf({ error, isOfRun, isOfScript }: DevEvent & { readonly type: "fault" }): object {
  const { message, place, frame } = error;
  return { message, place, frame, isOfRun, isOfScript };
}
