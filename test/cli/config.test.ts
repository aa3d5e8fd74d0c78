// Settings reach the server from a file, the environment and flags, and development settings do not reach players.
import { readFileSync } from "node:fs";
import path from "node:path";
import { protocolVersion } from "@realmwright/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { begin, GameFolder, outcome, serve } from "./support/command.ts";

let game: GameFolder;
beforeEach(() => {
  game = new GameFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
  game.remove();
});

const secret = "k3Zt9vQx1LmN7pRs5TuW2yAbCdEfGh4J";

interface Told {
  readonly tickRate: number;
  readonly limits: Record<string, number>;
}

/** What a server says to a guest who connects and joins. */
async function visit(url: string): Promise<Told> {
  const login = await fetch(`${url}/guest-login`, { method: "POST" });
  const { token } = (await login.json()) as { token: string };
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, "realm.json");
  let limits = {};
  const said = Promise.withResolvers<Told>();
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ type: "auth", payload: { token, protocol: protocolVersion } }));
  });
  socket.addEventListener("message", ({ data }) => {
    const { type, payload } = JSON.parse(String(data)) as { type: string; payload: Told };
    if (type === "welcome") {
      limits = payload.limits;
      socket.send(JSON.stringify({ type: "join", id: 1, payload: { room: "field" } }));
    } else if (type === "joined") said.resolve({ tickRate: payload.tickRate, limits });
    else if (type === "error") said.reject(new Error(String(data)));
  });
  try {
    return await said.promise;
  } finally {
    socket.close();
  }
}

describe.each(["dev", "start"])("%s", (command) => {
  test("[S-CFG1] takes the file beside the game, the environment before it, flags before both", async () => {
    game.write(
      "config.yaml",
      "server: {http_port: 1, hosts: [file.example]}\ngame: {default_tick_rate: 40}\nlimits: {message_burst: 77}\n",
    );
    vi.stubEnv("REALMWRIGHT_SERVER_HOSTS", "localhost,127.0.0.1");
    const { child, url, port } = await serve([command, game.path, "--port", "0"]);
    expect(port).not.toBe(1);
    const { tickRate, limits } = await visit(url);
    expect(tickRate).toBe(40);
    expect(limits["messageBurst"]).toBe(77);
    await child.stop();
  });

  test("[S-CFG3] says what is wrong with the file that --config names", async () => {
    game.write("other.yaml", "server:\n  edgs: 2\n");
    const file = path.join(game.path, "other.yaml");
    const { code, output } = await outcome([command, game.path, "--config", file]);
    expect(code).toBe(1);
    expect(output[0]).toMatch(/^✗ .*other\.yaml:2:3: server\.edgs is no setting\.$/);
    expect(output[1]).toBe("  Did you mean edges?");
  });
});

test("[S-CFG5] the seed's flags for the database, with one dash", async () => {
  const dsn = "host=localhost user=postgres password=secret dbname=godra port=5432 sslmode=disable";
  vi.stubEnv("DATABASE_URL", "sqlite:other.db");
  const args = ["config", "print", game.path, "--json"];
  const { code, output } = await outcome([...args, "-db-type", "postgres", "-db-dsn", dsn]);
  expect(code).toBe(0);
  // warnings go to standard error
  const printed = output.filter((line) => !line.startsWith("! ")).join("\n");
  expect(JSON.parse(printed)).toMatchObject({
    "database.url": {
      value: "postgres://postgres:***@localhost:5432/godra?***",
      from: { kind: "flag", place: "--db-dsn" },
    },
  });
  const nowhere = await outcome([...args, "--db-type", "postgres"]);
  expect([nowhere.code, nowhere.output[0]]).toEqual([
    1,
    "✗ --db-type postgres does not say where.",
  ]);
  const twice = await outcome([...args, "--db-type", "postgres", "--db-dsn", "host"]);
  expect(twice.code).toBe(1);
});

describe("[S-CFG6] production", () => {
  test("is asked for by --production or NODE_ENV, and refuses all at once", async () => {
    const args = ["start", game.path, "--port", "0", "--host", "0.0.0.0", "--origin", "*"];
    const asked = await outcome([...args, "--production"]);
    expect(asked.code).toBe(1);
    expect(asked.output.join("\n")).toMatch(
      /^✗ For production there are 3 faults:\n {2}auth\.secret: .+\n {2}--host: .+\n {2}--origin: .+/,
    );
    vi.stubEnv("NODE_ENV", "production");
    expect((await outcome(args)).output).toEqual(asked.output);
    const developing = await outcome(["dev", game.path]);
    expect([developing.code, developing.output[0]]).toEqual([
      1,
      "✗ `dev` is for development, and NODE_ENV is production.",
    ]);
  });

  test("serves what is fit for it, and keeps no secret of its own", async () => {
    vi.stubEnv("REALMWRIGHT_AUTH_SECRET", secret);
    const { child, url } = await serve(["start", game.path, "--port", "0", "--production"]);
    expect((await visit(url)).tickRate).toBe(20);
    await child.stop();
    expect(() => game.read(".realmwright/secrets.json")).toThrow(/ENOENT/);
  });
});

describe("config", () => {
  test("prints what is in force, and warns on standard error", async () => {
    game.write("config.yaml", "game: {authority_mode: observer}\n");
    const child = begin(["config", "print", game.path, "--explain", "--edges", "1"]);
    expect(await child.ended).toBe(0);
    const text = child.output.join("\n");
    expect(text).toMatch(/^ {2}edges: 1 +# --edges$/m);
    expect(text).toMatch(/^ {2}authority_mode: observer +# .+config\.yaml:1:24$/m);
    expect(text).toContain("! game.authority_mode: set, but every room is served with full");
  });

  test("prints the schema", async () => {
    const { code, output } = await outcome(["config", "schema"]);
    expect(code).toBe(0);
    expect(JSON.parse(output.join("\n"))).toMatchObject({ type: "object" });
  });

  test.each(["start", "config-print", "doctor"])("%s explains its flags", async (name) => {
    const { code, output } = await outcome([...name.split("-"), "--help"]);
    expect(code).toBe(0);
    // If this fails: run the command as above, and write its output there.
    const file = new URL(`recorded/${name}-help.txt`, import.meta.url);
    expect(`${output.join("\n")}\n`).toBe(readFileSync(file, "utf8"));
  });
});
