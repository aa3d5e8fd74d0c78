import type { PasswordReset } from "@realmwright/server/internal";
import type {
  Caller,
  GeneratedAnswer,
  GeneratedRequest,
} from "../../packages/server/src/testing/described-api.ts";
import type { Exploration } from "../../packages/server/src/testing/explore.ts";
import { password, type Asker, type People } from "./people.ts";

const game = "00000000-0000-0000-0000-000000000000";
const collection = "shared";
/** Objects of the game that everybody may read. */
const readables = 10;
/** In the place of what is made only when a request is sent, because it serves once or belongs to who asks. */
const fresh = {
  account: "fresh-account",
  refreshToken: "fresh-refresh-token",
  resetToken: "fresh-reset-token",
  version: "fresh-version",
} as const;
/** After these the account or its login is another one. */
const spending = new Set(["logout", "logoutEverywhere", "delete", "upgrade", "changePassword"]);
const trusted = new Set(["admin", "service"]);

/** What there is to ask for: a generator that knows nothing of it would hardly ever be served. */
export class World {
  readonly #asker: Asker;
  readonly #people: People;
  readonly #resets: PasswordReset[];
  /** Of somebody who never asks. */
  #rival = "";
  #knownName = "";
  #refreshToken: string | undefined;
  #turn = 0;

  /** @param resets where password resets are delivered */
  constructor(asker: Asker, people: People, resets: PasswordReset[]) {
    this.#asker = asker;
    this.#people = people;
    this.#resets = resets;
  }

  async prepare(): Promise<void> {
    this.#rival = (await this.#people.login("rival")).account;
    this.#knownName = this.#people.newName();
    const body = JSON.stringify({ username: this.#knownName, password });
    await this.#asker.must({ method: "POST", path: "/v1/accounts", body });
    const { token } = await this.#people.login("service");
    for (let i = 0; i < readables; i++) {
      const path = `/v1/objects/${game}/${collection}/k${i}`;
      const object = JSON.stringify({ value: { i }, readable: "anyone" });
      await this.#asker.must({ method: "PUT", path, token, body: object });
    }
  }

  readonly known: Exploration["known"] & {} = (operationId, member) => {
    const name = nameOf(operationId);
    const oneOf = (list: readonly unknown[]) => () => list[this.#turn++ % list.length];
    switch (member) {
      case "password":
      case "newPassword":
        return () => password;
      case "username":
        return /register|upgrade/u.test(name)
          ? () => this.#people.newName()
          : () => this.#knownName;
      case "name":
        return () => `Ada ${this.#turn++ % 1_000}`;
      case "account":
        return () => fresh.account;
      case "refreshToken":
        return () => fresh.refreshToken;
      case "token":
        return () => fresh.resetToken;
      case "version":
        return () => fresh.version;
      case "cursor":
        return () => Buffer.from("k3").toString("base64url");
      case "collection":
        return () => collection;
      case "owner":
        return name === "objects.read"
          ? oneOf([game, game, game, game, "me", this.#rival])
          : oneOf(["me", "me", "me", "me", this.#rival, game]);
      case "key":
        return name === "objects.read"
          ? () => `k${this.#turn++ % readables}`
          : () => `w${this.#turn++ % 200}`;
      case "operations":
        return () => this.#batch();
      case "script":
        return () => "count";
      case "args":
        return () => ({ by: this.#turn++ % 5 });
      default:
        return undefined;
    }
  };

  readonly suits: Exploration["suits"] & {} = (operationId, caller) =>
    nameOf(operationId) !== "accounts.upgrade" || caller.name === "guest";

  /** What the document does not say: whose objects who may touch. */
  readonly isAllowed: Exploration["isAllowed"] & {} = ({ operationId, caller, input }) => {
    if (caller.role === undefined || trusted.has(caller.role)) return true;
    const name = nameOf(operationId);
    const isAnothers = (owner: unknown): boolean => owner === this.#rival || owner === game;
    if (name === "objects.read") return input["owner"] !== this.#rival;
    if (name === "objects.write" || name === "objects.delete") return !isAnothers(input["owner"]);
    if (name !== "objects.batch" || !Array.isArray(input["operations"])) return true;
    const all = input["operations"] as readonly { op?: unknown; owner?: unknown }[];
    return !all.some((one) => one?.op !== "read" && isAnothers(one?.owner));
  };

  readonly send: Exploration["send"] & {} = async (generated) => {
    const request = await this.#complete(generated);
    const token = await this.#tokenOf(request.caller);
    const answer = await this.#asker.ask({
      method: request.method.toUpperCase(),
      path: request.url,
      headers: request.headers,
      ...(token === undefined ? {} : { token }),
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    if (answer.status < 400) this.#served(request, answer);
    else if (nameOf(request.operationId) === "accounts.refresh") this.#refreshToken = undefined;
    return answer;
  };

  async #tokenOf({ name, role }: Caller): Promise<string | undefined> {
    return role === undefined ? undefined : (await this.#people.login(name)).token;
  }

  /** Puts what is made only now in its place. */
  async #complete(request: GeneratedRequest): Promise<GeneratedRequest> {
    const { url, body = "" } = request;
    const replaced = new Map<string, string>();
    for (const name of Object.values(fresh)) {
      if (url.includes(name) || body.includes(name)) {
        replaced.set(name, await this.#make(name, request));
      }
    }
    if (replaced.size === 0) return request;
    const put = (text: string): string => {
      let all = text;
      for (const [name, value] of replaced) all = all.replaceAll(name, value);
      return all;
    };
    return {
      ...request,
      url: put(url),
      ...(request.body === undefined ? {} : { body: put(body) }),
    };
  }

  async #make(name: string, request: GeneratedRequest): Promise<string> {
    switch (name) {
      case fresh.account:
        return (await this.#people.login("target")).account;
      case fresh.refreshToken:
        return (this.#refreshToken ??= await this.#newRefreshToken());
      case fresh.resetToken:
        return await this.#newResetToken();
      default:
        return await this.#versionOf(request);
    }
  }

  async #newRefreshToken(): Promise<string> {
    const login = { method: "POST", path: "/v1/guests", body: "{}" };
    return (await this.#asker.must<{ refreshToken: string }>(login)).refreshToken;
  }

  /** The newest one of an account serves. */
  async #newResetToken(): Promise<string> {
    const username = this.#people.newName();
    const body = JSON.stringify({ username, password });
    await this.#asker.must({ method: "POST", path: "/v1/accounts", body });
    const ask = { method: "POST", path: "/v1/password-resets", body: JSON.stringify({ username }) };
    await this.#asker.must(ask);
    const reset = this.#resets.find((one) => one.username === username);
    this.#resets.length = 0;
    if (reset === undefined) throw new Error("no password reset was delivered");
    return reset.token;
  }

  /** Of the object that a request names: it is put there first, if who asks may. */
  async #versionOf({ caller, input, url }: GeneratedRequest): Promise<string> {
    const token = await this.#tokenOf(caller);
    const path = url.split("?")[0] ?? "";
    const isPlace = ["owner", "collection", "key"].every((name) => name in input);
    if (token === undefined || !isPlace) return fresh.version;
    const body = JSON.stringify({ value: { n: this.#turn } });
    const answer = await this.#asker.ask({ method: "PUT", path, token, body });
    return answer.status === 200
      ? (JSON.parse(answer.text) as { version: string }).version
      : fresh.version;
  }

  #served({ operationId, caller }: GeneratedRequest, { text }: GeneratedAnswer): void {
    const [service, what = ""] = nameOf(operationId).split(".");
    if (service !== "accounts") return;
    if (what === "refresh") {
      this.#refreshToken = (JSON.parse(text) as { refreshToken: string }).refreshToken;
    }
    if (what === "ban" || what === "setRole") this.#people.spend("target");
    if (spending.has(what)) this.#people.spend(caller.name);
  }

  #batch(): unknown[] {
    const n = this.#turn++;
    const own = { owner: n % 20 === 0 ? this.#rival : "me", collection, key: `b${n % 100}` };
    return [
      { op: "read", owner: game, collection, key: `k${n % readables}` },
      { op: "write", ...own, value: { n } },
      ...(n % 3 === 0 ? [{ op: "delete", ...own }] : []),
    ];
  }
}

/** Paths of seeds lead to the same operations. */
function nameOf(operationId: string): string {
  return operationId.replace(/\.alias\d+$/u, "");
}
