import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readHandshake } from "./handshake.ts";

function read(url: string, headers: Record<string, string> = {}, queryToken = true): unknown {
  return readHandshake({ url, headers } as IncomingMessage, { queryToken });
}

describe("[S-AUTH22] what a client says while it connects", () => {
  it("is nothing, most often", () => {
    expect(read("/ws")).toBeUndefined();
    expect(read("/ws?")).toBeUndefined();
    expect(
      read("/ws?v=3", { "sec-websocket-protocol": "realm.binary, realm.json" }),
    ).toBeUndefined();
  });

  it("is a token and a room in the query", () => {
    expect(read("/ws?token=a.b.c&game_id=K7QX2M")).toEqual({ token: "a.b.c", room: "K7QX2M" });
    expect(read("/ws?game_id=my%20room")).toEqual({ room: "my room" });
    expect(read("/ws?token=t&game_id=", { origin: "https://a.example" })).toEqual({
      token: "t",
      origin: "https://a.example",
    });
  });

  it("is a ticket among the subprotocols", () => {
    const headers = {
      "sec-websocket-protocol": "realm.json,realm.ticket.AbC-_1",
      origin: "http://a",
    };
    expect(read("/ws", headers)).toEqual({ ticket: "AbC-_1", origin: "http://a" });
  });

  it.each([
    ["/ws?token=a&token=b", ""],
    ["/ws?game_id=a&game_id=b", ""],
    ["/ws?token=a", "realm.ticket.b"],
    ["/ws", "realm.ticket.a, realm.ticket.b"],
  ])("says nothing twice: %s %s", (url, protocol) => {
    expect(read(url, { "sec-websocket-protocol": protocol })).toBe("REQUEST_INVALID");
  });

  it("has no token in the query where that is switched off, and may name a room", () => {
    expect(read("/ws?token=", {}, false)).toBe("QUERY_TOKEN_OFF");
    expect(read("/ws?game_id=a", {}, false)).toEqual({ room: "a" });
  });

  it("is read without a throw, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (query, protocol) => {
        const said = read(`/ws?${query}`, { "sec-websocket-protocol": protocol });
        expect(["undefined", "string", "object"]).toContain(typeof said);
      }),
    );
  });
});
