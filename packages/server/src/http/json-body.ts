import { RealmError } from "@realmwright/protocol";
import type { FastifyInstance } from "fastify";

/** Takes bodies of JSON, in UTF-8 and nothing else: elsewhere broken bytes could be read as other names. */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(body as Buffer);
    } catch (cause) {
      done(new RealmError("MESSAGE_MALFORMED", { cause, detail: "not UTF-8" }));
      return;
    }
    // it calls back before it returns
    void parse(request, text, done);
  });
}
