import { type ErrorPayload, RealmError } from "@realmwright/protocol";
import type { PostJson } from "../ports.ts";
import type { SessionKeeper } from "./session-record.ts";
import { errorOf } from "./verdict.ts";

/** Where the token comes from: given, fetched by the application, or a guest's, fetched by the client. */
export type CredentialSource =
  | { readonly token: string }
  | { readonly tokenProvider: () => string | Promise<string> }
  | { readonly guest: { readonly name?: string } };

/** Answers the token to authenticate with. */
export interface Credentials {
  /** Another token may be had once one was refused. */
  readonly canRenew: boolean;
  token(): Promise<string>;
  /** The token was refused. */
  forget(): void;
}

export function credentialsOf(
  source: CredentialSource,
  url: string,
  post: PostJson,
  keeper: SessionKeeper,
): Credentials {
  if ("token" in source) return given(source.token);
  if ("tokenProvider" in source) return provided(source.tokenProvider);
  return guest(source.guest.name, url, post, keeper);
}

function given(token: string): Credentials {
  return { canRenew: false, token: () => Promise.resolve(token), forget: () => undefined };
}

function provided(provide: () => string | Promise<string>): Credentials {
  return { canRenew: true, token: async () => await provide(), forget: () => undefined };
}

function guest(
  name: string | undefined,
  url: string,
  post: PostJson,
  keeper: SessionKeeper,
): Credentials {
  const { record } = keeper;
  // a player who takes another name is another guest
  if (name !== undefined && record.name !== undefined && record.name !== name) keeper.clear();
  return {
    canRenew: true,
    async token() {
      const known = keeper.record.token;
      if (known !== undefined) return known;
      const token = await guestLogin(url, name, post);
      keeper.set({ token, ...(name === undefined ? {} : { name }) });
      return token;
    },
    // a new guest is another account, which has no seats
    forget: () => keeper.clear(),
  };
}

/** The address of an HTTP path at the server of a WebSocket address. */
export function httpUrl(socketUrl: string, path: string): string {
  const url = new URL(path, socketUrl);
  url.protocol = url.protocol === "wss:" ? "https:" : "http:";
  return url.href;
}

async function guestLogin(url: string, name: string | undefined, post: PostJson): Promise<string> {
  const { status, body } = await post(
    httpUrl(url, "/guest-login"),
    name === undefined ? {} : { name },
  );
  if (status >= 200 && status < 300 && isRecord(body) && typeof body["token"] === "string") {
    return body["token"];
  }
  if (isErrorPayload(body)) throw errorOf(body);
  throw new RealmError(status >= 500 || status < 300 ? "INTERNAL" : "REQUEST_INVALID", {
    detail: `the guest login was answered with status ${status}`,
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isErrorPayload(value: unknown): value is ErrorPayload {
  return (
    isRecord(value) &&
    typeof value["code"] === "string" &&
    typeof value["text"] === "string" &&
    typeof value["action"] === "string"
  );
}
