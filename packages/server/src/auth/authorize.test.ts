import { RealmError } from "@realmwright/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { actions, authorize, isOpen, type Action, type Resource, rolesFor } from "./authorize.ts";
import { isRole, type Role, roles, type Subject } from "./subject.ts";

const subject = (role: Role, account = "a1"): Subject => ({
  account,
  name: "Ada",
  role,
  isGuest: false,
  session: "s1",
});

function verdict(who: Subject | undefined, action: Action, resource?: Resource): string {
  try {
    authorize(who, action, resource);
    return "yes";
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return error.code;
  }
}

describe("[S-AUTH4] authorize", () => {
  test("who has no token may enter and look, and nothing else", () => {
    const open = actions.filter((action) => verdict(undefined, action) === "yes");
    expect(open.toSorted()).toEqual(["accounts.enter", "server.read"]);
    expect(actions.filter(isOpen)).toEqual(open);
    for (const action of actions.filter((of) => !isOpen(of))) {
      expect(verdict(undefined, action)).toBe("AUTH_REQUIRED");
    }
  });

  test.each<[Role, Action[]]>([
    ["player", []],
    ["moderator", ["accounts.read", "accounts.ban", "rooms.end"]],
    ["service", ["server.metrics", "objects.manage", "rooms.run"]],
    [
      "admin",
      [
        "server.metrics",
        "server.operate",
        "accounts.read",
        "accounts.ban",
        "accounts.role",
        "objects.manage",
        "scripts.manage",
        "rooms.end",
      ],
    ],
  ])("%s may do what a player may, and %j", (role, more) => {
    const common: Action[] = [
      "server.read",
      "accounts.enter",
      "accounts.self",
      "accounts.upgrade",
      "accounts.ticket",
      "objects.read",
      "objects.write",
      "scripts.call",
      "rooms.list",
      "rooms.join",
      "media.token",
    ];
    const may = actions.filter((action) => verdict(subject(role), action) === "yes");
    expect(may.toSorted()).toEqual([...common, ...more].toSorted());
    for (const action of actions) {
      const said = isOpen(action) || rolesFor(action).includes(role) ? "yes" : "FORBIDDEN";
      expect(verdict(subject(role), action)).toBe(said);
    }
  });

  test.each<[Role, Action, Resource, string]>([
    ["player", "objects.read", { owner: "a1" }, "yes"],
    ["player", "objects.read", { owner: "a2" }, "FORBIDDEN"],
    ["player", "objects.read", { owner: "a2", readable: "anyone" }, "yes"],
    ["player", "objects.read", { owner: "a1", readable: "nobody" }, "FORBIDDEN"],
    ["player", "objects.read", { readable: "anyone" }, "yes"],
    ["player", "objects.read", {}, "FORBIDDEN"],
    ["player", "objects.write", { owner: "a1" }, "yes"],
    ["player", "objects.write", { owner: "a1", writable: "nobody" }, "FORBIDDEN"],
    ["player", "objects.write", { owner: "a2", readable: "anyone" }, "FORBIDDEN"],
    ["moderator", "objects.read", { owner: "a2" }, "FORBIDDEN"],
    ["service", "objects.write", { owner: "a2", writable: "nobody" }, "yes"],
    ["admin", "objects.read", { owner: "a2", readable: "nobody" }, "yes"],
    ["player", "accounts.self", { owner: "a1" }, "yes"],
    ["admin", "accounts.self", { owner: "a2" }, "FORBIDDEN"],
  ])("a %s asks %s of %j: %s", (role, action, resource, said) => {
    expect(verdict(subject(role), action, resource)).toBe(said);
  });

  test("no player touches what is another's and not open", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...actions.filter((action) => !isOpen(action))),
        fc.constantFrom<Resource["readable"]>("nobody", "owner"),
        fc.string(),
        (action, readable, owner) => {
          fc.pre(owner !== "a1");
          const resource = readable === undefined ? { owner } : { owner, readable };
          expect(verdict(subject("player"), action, resource)).toBe("FORBIDDEN");
        },
      ),
    );
  });

  test("a word is a role only if it is one of the four", () => {
    expect(roles.every(isRole)).toBe(true);
    for (const word of ["operator", "root", "Admin", "toString", "", undefined, null, 1, ["admin"]])
      expect(isRole(word)).toBe(false);
  });
});
