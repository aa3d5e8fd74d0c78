import { RealmError } from "@realmwright/protocol";
import type { FastifyInstance } from "fastify";
import { FileDesk } from "../http/files.ts";
import { createApp } from "../http/app.ts";
import type { SubjectOf } from "../http/operations.ts";
import { roles, type Role, type Subject } from "../auth/subject.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import type { AnyOperation } from "../services/operation.ts";
import { OperationDesk } from "../services/operation-desk.ts";
import { limitValues } from "../session/limit-values.ts";
import type { GeneratedAnswer, GeneratedRequest } from "./described-api.ts";
import { RecordedLog } from "./recorded-log.ts";

/** Subjects by token: each role's name is the token of one, and "rival" that of another player. */
export const subjects: ReadonlyMap<string, Subject> = new Map(
  [...roles.map((role): [string, Role] => [role, role]), ["rival", "player"] as [string, Role]].map(
    ([name, role]) => [name, { account: `a-${name}`, name, role, isGuest: false, session: name }],
  ),
);

export const subjectOf: SubjectOf = async (token) => {
  const subject = subjects.get(token);
  if (subject === undefined) throw new RealmError("TOKEN_INVALID");
  return subject;
};

/** The HTTP interface of some operations and nothing else. */
export function operationsBench(
  operations: readonly AnyOperation[],
  subjectsOf: SubjectOf = subjectOf,
  desk?: OperationDesk,
): {
  readonly app: FastifyInstance;
  readonly clock: VirtualClock;
  readonly log: RecordedLog;
  readonly refused: string[];
} {
  const clock = new VirtualClock();
  const log = new RecordedLog();
  const refused: string[] = [];
  const app = createApp({
    peers: { hosts: ["localhost"], origins: ["https://play.example"], proxyHops: 0 },
    log,
    limits: limitValues(),
    desk: desk ?? new OperationDesk(operations, clock),
    subjectOf: subjectsOf,
    files: new FileDesk({ assets: undefined, client: undefined, extension: undefined }),
    health: { isLive: () => true, isReady: () => true },
    metrics: () => Promise.resolve({ type: "text/plain", text: "up 1\n" }),
    metricsToken: "watcher",
    extension: undefined,
    refused: (code) => refused.push(code),
  });
  return { app, clock, log, refused };
}

/** Sends generated requests to an app, without a socket. */
export function appSender(
  app: FastifyInstance,
): (request: GeneratedRequest) => Promise<GeneratedAnswer> {
  return async ({ method, url, headers, body }) => {
    const response = await app.inject({
      method,
      url,
      headers: { host: "localhost", ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    const type = response.headers["content-type"];
    return {
      status: response.statusCode,
      contentType: typeof type === "string" ? type : undefined,
      text: response.body,
    };
  };
}
