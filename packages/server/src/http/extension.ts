import type { IncomingMessage, ServerResponse } from "node:http";

/** What a composition root adds to the HTTP server, for example the tools of `dev`. */
export interface HttpExtension {
  /** Answers what belongs to it, before anything else does; false for every other request. */
  handle?(request: IncomingMessage, response: ServerResponse): boolean;
  /** Changes an HTML page of the game before it is sent. */
  inject?(page: string): string;
}
