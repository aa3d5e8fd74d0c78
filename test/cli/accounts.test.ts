// What an operator does to accounts by a command reaches the server that runs beside it.
import { protocolVersion } from "@realmwright/protocol";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { GameFolder, outcome, serve, type Serving } from "./support/command.ts";

const password = "correct horse battery";
let game: GameFolder;
let running: Serving;

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", "");
  vi.stubEnv("REDIS_URL", "");
  game = new GameFolder();
  running = await serve(["start", game.path, "--port", "0"]);
});
afterAll(async () => {
  await running?.child.stop();
  game.remove();
  vi.unstubAllEnvs();
});

async function post(path: string, body: object, token = ""): Promise<Response> {
  return await fetch(`${running.url}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
}

async function login(path: string, username: string): Promise<{ token: string; role: string }> {
  const answer = await post(path, { username, password });
  expect(answer.ok).toBe(true);
  return (await answer.json()) as { token: string; role: string };
}

/** A connection that is in; and, later, the code of the error by which it ended. */
async function connect(token: string): Promise<{ readonly ended: Promise<string> }> {
  const socket = new WebSocket(`${running.url.replace("http", "ws")}/ws`, "realm.json");
  const [isIn, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
  let code = "";
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ type: "auth", payload: { token, protocol: protocolVersion } }));
  });
  socket.addEventListener("message", ({ data }) => {
    const { type, payload } = JSON.parse(String(data)) as {
      type: string;
      payload: { code: string };
    };
    if (type === "welcome") isIn.resolve();
    if (type === "error") code = payload.code;
  });
  socket.addEventListener("close", () => {
    isIn.reject(new Error(`it was let in no more: ${code}`));
    ended.resolve(code);
  });
  await isIn.promise;
  return { ended: ended.promise };
}

async function accounts(...args: string[]): Promise<void> {
  const { code, output } = await outcome(["accounts", ...args, "--game", game.path]);
  expect(code, output.join("\n")).toBe(0);
}

test("[S-CFG9] a ban ends connections of the account and no others, until it ends", async () => {
  const bob = await login("/register", "bob");
  const eve = await login("/register", "eve");
  const [bobs, eves] = [await connect(bob.token), await connect(eve.token)];
  await accounts("ban", "bob", "--reason", "sold gold");
  expect(await bobs.ended).toBe("ACCOUNT_BANNED");
  await expect(connect(bob.token)).rejects.toThrow("ACCOUNT_BANNED");
  expect((await post("/login", { username: "bob", password })).status).toBe(403);
  await accounts("unban", "bob");
  await connect((await login("/login", "bob")).token);
  await accounts("ban", "eve", "--reason", "to see that she was in");
  expect(await eves.ended).toBe("ACCOUNT_BANNED");
});

test("[S-CFG9] the first admin: tokens from before end, the next login has the role", async () => {
  const ada = await login("/register", "ada");
  const connection = await connect(ada.token);
  await accounts("role", "ada", "admin");
  expect(await connection.ended).toBe("SESSION_ENDED");
  const again = await login("/login", "ada");
  expect(again.role).toBe("admin");
  const eve = await login("/register", "eva");
  const id = (
    JSON.parse(Buffer.from(eve.token.split(".")[1] ?? "", "base64url").toString()) as {
      sub: string;
    }
  ).sub;
  const ban = `/v1/accounts/${id}/ban`;
  expect((await post(ban, { reason: "x" }, eve.token)).status).toBe(403);
  expect((await post(ban, { reason: "x" }, again.token)).status).toBe(200);
});

test("[S-CFG9] a token for a new password is taken by the server", async () => {
  await login("/register", "cyd");
  const { output } = await outcome(["accounts", "reset-password", "cyd", "--game", game.path]);
  const { token } = JSON.parse(output.at(-1) ?? "") as { token: string };
  const fresh = { token, password: "another horse battery" };
  expect((await post("/v1/password-resets/complete", fresh)).status).toBe(200);
  expect((await post("/login", { username: "cyd", password })).status).toBe(401);
  expect((await post("/login", { username: "cyd", password: fresh.password })).status).toBe(200);
});
