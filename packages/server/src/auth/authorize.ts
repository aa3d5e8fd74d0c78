import { RealmError } from "@realmwright/protocol";
import type { Role, Subject } from "./subject.ts";

/** What somebody wants to do. */
export type Action =
  | "server.read"
  | "server.metrics"
  | "server.operate"
  | "accounts.enter"
  | "accounts.self"
  | "accounts.upgrade"
  | "accounts.ticket"
  | "accounts.read"
  | "accounts.ban"
  | "accounts.role"
  | "objects.read"
  | "objects.write"
  | "objects.manage"
  | "scripts.call"
  | "scripts.manage"
  | "rooms.list"
  | "rooms.join"
  | "rooms.end"
  | "rooms.run"
  | "media.token";

interface Rule {
  /** Anyone, without a token too, or the roles that may. */
  readonly who: "anyone" | readonly Role[];
  /** What of a resource's permissions it asks for. Without it the owner alone may. */
  readonly asks?: "readable" | "writable";
  /** Roles that may whoever the owner is, and whatever the permissions are. */
  readonly over?: readonly Role[];
}

const everyone: readonly Role[] = ["player", "moderator", "admin", "service"];
const staff: readonly Role[] = ["moderator", "admin"];
const trusted: readonly Role[] = ["admin", "service"];

/** Every action there is, and who may do it. Nothing else in the server compares roles. */
const rules: Readonly<Record<Action, Rule>> = {
  /** What the server shows to the world: health, its documents, its public lists. */
  "server.read": { who: "anyone" },
  "server.metrics": { who: trusted },
  "server.operate": { who: ["admin"] },

  "accounts.enter": { who: "anyone" },
  "accounts.self": { who: everyone },
  "accounts.upgrade": { who: everyone },
  "accounts.ticket": { who: everyone },
  "accounts.read": { who: staff },
  "accounts.ban": { who: staff },
  "accounts.role": { who: ["admin"] },

  "objects.read": { who: everyone, asks: "readable", over: trusted },
  "objects.write": { who: everyone, asks: "writable", over: trusted },
  "objects.manage": { who: trusted },

  "scripts.call": { who: everyone },
  "scripts.manage": { who: ["admin"] },

  "rooms.list": { who: everyone },
  "rooms.join": { who: everyone },
  "rooms.end": { who: staff },
  "rooms.run": { who: ["service"] },
  "media.token": { who: everyone },
};

/** What an action is done to. */
export interface Resource {
  /** The only roles that may, whoever owns it. */
  readonly roles?: readonly Role[];
  /** Id of the account that it belongs to. */
  readonly owner?: string;
  /** Who besides the trusted roles may read it. Default: its owner. */
  readonly readable?: "nobody" | "owner" | "anyone";
  /** Who besides the trusted roles may change it. Default: its owner. */
  readonly writable?: "nobody" | "owner";
}

/** All actions, for tests and documents. */
export const actions: readonly Action[] = Object.freeze(Object.keys(rules) as Action[]);

/** Whether an action needs no token. */
export function isOpen(action: Action): boolean {
  return rules[action].who === "anyone";
}

/** The roles that may do it to what is their own, or to what has no owner; empty where no token is needed. */
export function rolesFor(action: Action): readonly Role[] {
  const { who } = rules[action];
  return who === "anyone" ? [] : who;
}

/**
 * The one place that decides who may do what. `subject` is undefined for who sent no token. Throws `AUTH_REQUIRED`
 * where a token would be needed, and `FORBIDDEN` where another one would.
 */
export function authorize(subject: Subject | undefined, action: Action, resource?: Resource): void {
  const rule = rules[action];
  if (rule.who === "anyone") return;
  if (subject === undefined) throw new RealmError("AUTH_REQUIRED", { detail: action });
  if (!rule.who.includes(subject.role)) throw new RealmError("FORBIDDEN", { detail: action });
  if (resource !== undefined && !mayTouch(subject, rule, resource)) {
    throw new RealmError("FORBIDDEN", { detail: `${action} of what is another's` });
  }
}

function mayTouch(subject: Subject, rule: Rule, resource: Resource): boolean {
  if (resource.roles !== undefined) return resource.roles.includes(subject.role);
  if (rule.over?.includes(subject.role) === true) return true;
  const permission = rule.asks === undefined ? "owner" : (resource[rule.asks] ?? "owner");
  if (permission === "anyone") return true;
  return permission === "owner" && resource.owner === subject.account;
}
