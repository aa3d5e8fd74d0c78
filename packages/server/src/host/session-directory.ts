import { createHash } from "node:crypto";
import type { Attendance } from "./attendance.ts";
import type { LinkToEdge } from "../link/link.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";

/** A live connection, or one that broke while it held seats. */
export interface Session {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly role: string;
  /** Id of its login session, where logins are kept. */
  readonly login: string | undefined;
  /** Wall time in milliseconds at which it opened. */
  readonly sinceMs: number;
  /** The edge that has the connection; undefined once it broke. */
  link: LinkToEdge | undefined;
  /** Seats by room id. */
  readonly memberships: Map<string, number>;
  /** By id of the rooms that its edge has been told it is in: the tick of that. */
  readonly told: Map<string, number>;
  /** Ids of rooms whose answer to a join is awaited. */
  readonly joining: Set<string>;
  resumeHash: string;
}

/** 256 bits. */
const secretBytes = 32;

/**
 * Which session is whose, where it is connected, and which seats it holds. Resume secrets are kept as hashes: who reads the
 * host's memory dump or a log can not take over a session.
 */
export class SessionDirectory {
  readonly #randomBytes: RandomBytes;
  readonly #attendance: Attendance | undefined;
  readonly #byId = new Map<string, Session>();
  readonly #byResumeHash = new Map<string, Session>();
  #connected = 0;

  constructor(randomBytes: RandomBytes, attendance?: Attendance) {
    this.#randomBytes = randomBytes;
    this.#attendance = attendance;
  }

  /** Sessions with a connection. */
  get connected(): number {
    return this.#connected;
  }

  /** Sessions with a connection, and those that may come back. */
  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<Session> {
    return this.#byId.values();
  }

  /** Adds a connected session and gives it its secret, which is not kept. */
  open(
    about: Pick<Session, "id" | "account" | "name" | "role"> & {
      readonly login?: string | undefined;
      readonly sinceMs: number;
      readonly link: LinkToEdge;
    },
  ): {
    readonly session: Session;
    readonly resumeSecret: string;
  } {
    const { id, account, name, role, login, sinceMs, link } = about;
    const resumeSecret = Buffer.from(this.#randomBytes(secretBytes)).toString("base64url");
    const session: Session = {
      id,
      account,
      name,
      role,
      login,
      sinceMs,
      link,
      memberships: new Map(),
      told: new Map(),
      joining: new Set(),
      resumeHash: hashOf(resumeSecret),
    };
    this.#byId.set(id, session);
    this.#byResumeHash.set(session.resumeHash, session);
    this.#connected++;
    this.#attendance?.online(account);
    return { session, resumeSecret };
  }

  /** The session that a secret resumes, for this account, which uses it up. Nobody else can do either. */
  redeem(secret: string, account: string): Session | undefined {
    const hash = hashOf(secret);
    const session = this.#byResumeHash.get(hash);
    if (session?.account !== account) return undefined;
    this.#byResumeHash.delete(hash);
    return session;
  }

  /** The connection broke. A session without seats or joins under way is forgotten. */
  disconnect(session: Session): void {
    if (session.link === undefined) return;
    this.#disconnected(session);
    this.forgetIfIdle(session);
  }

  /** Forgets a session that has neither a connection nor anything to come back to. */
  forgetIfIdle(session: Session): void {
    const isIdle = session.memberships.size === 0 && session.joining.size === 0;
    if (session.link === undefined && isIdle) this.remove(session);
  }

  remove(session: Session): void {
    if (this.#byId.get(session.id) !== session) return;
    if (session.link !== undefined) this.#disconnected(session);
    this.#byId.delete(session.id);
    this.#byResumeHash.delete(session.resumeHash);
  }

  #disconnected(session: Session): void {
    session.link = undefined;
    this.#connected--;
    this.#attendance?.offline(session.account);
  }
}

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
