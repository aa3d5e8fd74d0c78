import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../failure.ts";
import { loadConfiguration } from "./configuration.ts";
import { databaseUrl } from "./dsn.ts";
import { twoDashes } from "./flag-layer.ts";

const postgres = (dsn: string): string => databaseUrl("postgres", dsn);

describe("--db-dsn", () => {
  it.each([
    [
      "host=localhost user=postgres password=secret dbname=godra port=5432 sslmode=disable",
      "postgres://postgres:secret@localhost:5432/godra?sslmode=disable",
    ],
    ["user=a", "postgres://a@localhost/a"],
    ["host = db   dbname= 'my game'  user =a", "postgres://a@db/my%20game"],
    [
      String.raw`user=a password='it\'s \\ @:/?#%'`,
      "postgres://a:it%27s%20%5C%20%40%3A%2F%3F%23%25@localhost/a",
    ],
    [String.raw`user=a password=b\ c`, "postgres://a:b%20c@localhost/a"],
    ["user=a password='' dbname=g", "postgres://a@localhost/g"],
    [
      "host=/run/postgresql user=a dbname=g port=5433",
      "postgres://a@/g?host=%2Frun%2Fpostgresql&port=5433",
    ],
    ["user=a sslmode=verify-ca", "postgres://a@localhost/a?sslmode=verify-ca&uselibpqcompat=true"],
    ["host=/run user=a sslmode=require", "postgres://a@/a?host=%2Frun"],
    ["host=::1 dbname=g", "postgres://@/g?host=%3A%3A1"],
    ["hostaddr=192.0.2.1 user=a", "postgres://a@192.0.2.1/a"],
    ["user=a sslmode=require", "postgres://a@localhost/a?sslmode=require&uselibpqcompat=true"],
    [
      "user=a sslmode=verify-full sslrootcert='/a b.pem'",
      "postgres://a@localhost/a?sslrootcert=%2Fa%20b.pem&sslmode=verify-full",
    ],
    [
      "user=a TimeZone=Asia/Shanghai",
      "postgres://a@localhost/a?options=-c%20TimeZone%3DAsia%2FShanghai",
    ],
    ["postgres://u:p@h/d?sslmode=disable", "postgres://u:p@h/d?sslmode=disable"],
    ["postgresql://u@h/d", "postgresql://u@h/d"],
  ])("[S-CFG5] %j is %j", (dsn, url) => {
    expect(postgres(dsn)).toBe(url);
    expect(databaseUrl(undefined, dsn)).toBe(url);
    const flags = [{ path: "database.url", value: url, flag: "--db-dsn" }];
    const { config } = loadConfiguration({ folder: "nowhere", environment: {}, flags });
    expect(config.database.url).toBe(url);
  });

  it.each([
    ["game.db", "sqlite:game.db"],
    [":memory:", "sqlite::memory:"],
    ["sqlite:a b.db", "sqlite:a b.db"],
    ["file:game.db", "sqlite:game.db"],
  ])("[S-CFG5] of SQLite %j is %j", (dsn, url) => {
    expect(databaseUrl("sqlite", dsn)).toBe(url);
    expect(databaseUrl(undefined, dsn)).toBe(url);
  });

  it.each([
    ["", "is empty"],
    ["   ", "is empty"],
    ["game.db", "from its character 1 on"],
    ["host=a user=b secret words", "from its character 14 on"],
    ["password='open", "from its character 1 on"],
    ["user=a password=b'c", "from its character 7 on"],
    ["user=a pasword=b", "has pasword, which is not known"],
    ["user=a service=b", "has service, which is not known"],
    ["user=a user=b", "says user twice"],
    ["host=a,b user=c", "several hosts"],
    ["user=a port=0", "a port that is none"],
    ["user=a port=65536", "a port that is none"],
    ["user=a port=5432,5433", "a port that is none"],
    ["user=a sslmode=prefer", "which may or may not encrypt"],
    ["user=a sslmode=on", "an sslmode that is none"],
    ["password=b", "a password and no user"],
    ["user=a\0b", "or one that is none"],
    [`user=${"a".repeat(4096)}`, "more than 4096 characters"],
    ["user=a dbname=..", "a database of dots"],
    ["user=a options=x TimeZone=y", "both options and TimeZone"],
  ])("[S-CFG5] %j is refused", (dsn, why) => {
    expect(() => postgres(dsn)).toThrow(Failure);
    expect(() => postgres(dsn)).toThrow(why);
  });

  it.each(["", "file:", "postgres://a/b", "a.db?mode=ro"])("[S-CFG5] SQLite has no %j", (dsn) => {
    expect(() => databaseUrl("sqlite", dsn)).toThrow(Failure);
  });

  it.each([
    ["postgress://game:topsecret@127.0.0.1/game", "Did you mean postgres://?"],
    ["postgressql://game:topsecret@h/game", "Did you mean postgresql://?"],
    ["Postgres://game:topsecret@h/game", "Did you mean postgres://?"],
    [" postgres://game:topsecret@h/game", "Did you mean postgres://?"],
    ["postgres:/game:topsecret@h/game", "Did you mean postgres://?"],
    ["mysql://game:topsecret@h/game", "As in --db-dsn"],
    ["sqlite:postgres://game:topsecret@h/game", "Did you mean postgres://?"],
    ["file:///pg://game:topsecret@h/game", "As in --db-dsn"],
    ["postgres:game:topsecret@h", "As in --db-dsn"],
    ["game:topsecret@h/game", "As in --db-dsn"],
  ])("[S-CFG5] %j is no file, and its password is not repeated", (dsn, remedy) => {
    const read = (): string => databaseUrl(undefined, dsn);
    expect(read).toThrow(Failure);
    expect(read).not.toThrow("topsecret");
    expect(() => databaseUrl("sqlite", dsn)).toThrow(Failure);
    try {
      read();
    } catch (error) {
      expect((error as Failure).remedy).toContain(remedy);
      expect((error as Failure).remedy).not.toContain("topsecret");
    }
    const environment = { DATABASE_URL: `sqlite:${dsn}` };
    const load = (): unknown => loadConfiguration({ folder: "nowhere", environment, flags: [] });
    expect(load).toThrow("database.url: expected postgres://user@host/name, or sqlite:file");
    expect(load).not.toThrow("topsecret");
  });

  it.each(["C:/games/game.db", "/srv/a@b/game.db", "a:b.db", "./mail@home.db"])(
    "[S-CFG5] %j is a file",
    (dsn) => {
      expect(databaseUrl(undefined, dsn)).toBe(`sqlite:${dsn}`);
    },
  );

  it("[S-CFG5] whatever user, password and name hold, they come out of the address again", () => {
    const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
    const word = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((text) => !text.includes("\0"));
    const name = word.filter((text) => text !== "." && text !== "..");
    fc.assert(
      fc.property(word, word, name, (user, password, name) => {
        const dsn = `user=${quoted(user)} dbname=${quoted(name)} password=${quoted(password)} host=h`;
        const url = new URL(postgres(dsn));
        expect(decodeURIComponent(url.username)).toBe(user);
        expect(decodeURIComponent(url.password)).toBe(password);
        expect(decodeURIComponent(url.pathname.slice(1))).toBe(name);
        expect([url.hostname, url.search, url.hash]).toEqual(["h", "", ""]);
      }),
    );
  });

  it("[S-CFG5] refusals do not repeat what may be a password", () => {
    for (const dsn of ["user=a pass word", "password='hunter2", "postgres hunter2"]) {
      expect(() => postgres(dsn)).not.toThrow("hunter2");
      expect(() => postgres(dsn)).toThrow(Failure);
    }
  });
});

describe("one dash", () => {
  it("[S-CFG5] is as good as two for the database's flags, and for no other", () => {
    const args = ["start", "-db-type", "postgres", "-db-dsn=x", "-p", "1", "--", "-db-type"];
    expect(twoDashes(args)).toEqual([
      "start",
      "--db-type",
      "postgres",
      "--db-dsn=x",
      "-p",
      "1",
      "--",
      "-db-type",
    ]);
  });
});
