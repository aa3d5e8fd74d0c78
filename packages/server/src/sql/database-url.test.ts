import { describe, expect, test } from "vitest";
import { readDatabaseUrl } from "./database-url.ts";
import { onPostgres } from "./testing/on-each-database.ts";

function place(text: string) {
  const read = readDatabaseUrl(text);
  return read.dialect === "postgres" ? read.place : read.file;
}

describe("[S-STO7] the address of a database", () => {
  test.each([
    ["sqlite:game.db", "game.db"],
    ["sqlite:/var/lib/game.db", "/var/lib/game.db"],
    ["sqlite:///var/lib/game.db", "/var/lib/game.db"],
    ["sqlite::memory:", ":memory:"],
  ])("%s is a file", (text, file) => expect(place(text)).toBe(file));

  test("as keywords of libpq, the seed's own among them", () => {
    expect(
      place("host=localhost user=postgres password=secret dbname=godra port=5432 sslmode=disable"),
    ).toEqual({
      host: "localhost",
      user: "postgres",
      password: "secret",
      database: "godra",
      port: 5432,
      ssl: false,
    });
    expect(place(String.raw`host = db  password = 'it\'s a \\' user=a\ b dbname=''`)).toMatchObject(
      {
        host: "db",
        password: String.raw`it's a \ `.trimEnd(),
        user: "a b",
        database: "",
      },
    );
  });

  test("as a URL", () => {
    expect(place("postgresql://ada:p%40ss@[::1]:6543/game?sslmode=verify-full")).toEqual({
      host: "::1",
      user: "ada",
      password: "p@ss",
      database: "game",
      port: 6543,
      ssl: {},
    });
    expect(place("postgres://ada@/game?host=/run/postgresql")).toMatchObject({
      host: "/run/postgresql",
      user: "ada",
    });
    expect(place("postgres://ada@db")).toMatchObject({ host: "db", database: "ada", port: 5432 });
  });

  test.each([
    ["disable", false],
    ["require", { rejectUnauthorized: false }],
    ["verify-ca", { checkServerIdentity: expect.any(Function) as unknown }],
    ["verify-full", {}],
  ])("sslmode=%s means what libpq means", (mode, ssl) => {
    expect(place(`host=db sslmode=${mode}`)).toMatchObject({ ssl });
  });

  test.each([
    "",
    "secret",
    "mysql://ada:secret@db/game",
    "sqlite:",
    "sqlite:file:secret?cache=shared",
    "sqlite://secret/db",
    "host=db password='secret",
    "host=db password=secret sslmode=prefer",
    "host=a,b password=secret",
    "host=db password=secret port=0",
    "host=db password=secret port=65536",
    "host=db password=secret colour=red",
    "host=db password=secret sslmode=require sslrootcert=/nowhere/secret.pem",
    "postgres://ada:%zzsecret@db/game",
    "postgres://ada:secret@db:port/game",
  ])("%j is refused, and the error does not repeat it", (text) => {
    let error: unknown;
    try {
      readDatabaseUrl(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "STORE_URL_INVALID" });
    expect(String(error)).not.toContain("secret");
  });

  onPostgres((database) => {
    test("leads there in both forms", async () => {
      const url = await database.url();
      expect(await (await database.open({ url })).isReady()).toBe(true);
      const keywords = database.cluster().keywords(url);
      expect(await (await database.open({ url: keywords })).isReady()).toBe(true);
    });
  });
});
