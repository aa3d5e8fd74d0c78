import type { ErrorCode } from "./errors.ts";

/** One limit: its value, its unit, the error that passing it causes, and what it bounds. */
export interface Limit {
  readonly value: number;
  readonly unit: string;
  readonly error: ErrorCode;
  readonly about: string;
}

// value, unit, error, about
const table = {
  // Connections
  messageBytes: [16_384, "bytes", "MESSAGE_TOO_LARGE", "one message from a client"],
  messageParts: [
    64,
    "parts",
    "MESSAGE_TOO_LARGE",
    "fragments of one message from a client, and pieces in which one of its frames arrives",
  ],
  serverMessageBytes: [1_048_576, "bytes", "DECODE_INVALID", "one message to a client"],
  preAuthBytes: [4096, "bytes", "MESSAGE_TOO_LARGE", "the message before authentication"],
  authTimeoutMs: [5000, "ms", "AUTH_TIMEOUT", "from connecting to the auth message"],
  pendingHandshakesPerAddress: [
    20,
    "connections",
    "TOO_MANY_CONNECTIONS",
    "unauthenticated connections of one address",
  ],
  strangersPerAddress: [
    256,
    "connections",
    "TOO_MANY_CONNECTIONS",
    "connections of one address that are no session, plain HTTP among them",
  ],
  strangersPerNode: [
    4096,
    "connections",
    "SERVER_FULL",
    "connections to one server that are no session",
  ],
  sessionsPerNode: [10_000, "sessions", "SERVER_FULL", "connected sessions of one server"],
  pingIntervalMs: [10_000, "ms", "IDLE_TIMEOUT", "of silence before each of the server's pings"],
  pingsMissed: [2, "pings", "IDLE_TIMEOUT", "unanswered pings in a row; no third is sent"],
  resumeSecretCharacters: [64, "characters", "RESUME_INVALID", "a resume secret"],
  tokenCharacters: [2048, "characters", "TOKEN_INVALID", "a token"],

  // Accounts
  userNameCharacters: [32, "characters", "NAME_INVALID", "a user name"],
  userNameCharactersMin: [3, "characters", "NAME_INVALID", "a user name has at least so many"],
  passwordCharacters: [128, "characters", "PASSWORD_WEAK", "a password"],
  passwordCharactersMin: [8, "characters", "PASSWORD_WEAK", "a password has at least so many"],
  accessTokenMs: [600_000, "ms", "TOKEN_EXPIRED", "an access token's life"],
  refreshTokenMs: [
    2_592_000_000,
    "ms",
    "REFRESH_INVALID",
    "an unused refresh token's life; a guest's account lasts as long without it",
  ],
  refreshGraceMs: [
    86_400_000,
    "ms",
    "REFRESH_INVALID",
    "a refresh is answered again so long, for the same request",
  ],
  loginSessions: [
    32,
    "sessions",
    "SESSION_ENDED",
    "logins of one account that last; the one unused for longest ends",
  ],
  registrationsPerMinute: [
    60,
    "requests",
    "RATE_LIMITED",
    "accounts that one address registers in a minute",
  ],
  resetsPerMinute: [
    20,
    "requests",
    "RATE_LIMITED",
    "password resets that one address asks for or completes in a minute",
  ],
  accountChangesPerMinute: [
    20,
    "requests",
    "RATE_LIMITED",
    "upgrades, password changes and deletions of one account in a minute, each",
  ],
  ticketsPerMinute: [
    60,
    "requests",
    "RATE_LIMITED",
    "connection tickets of one account in a minute",
  ],
  ticketTtlMs: [30_000, "ms", "TICKET_INVALID", "a connection ticket's life"],
  resetTtlMs: [1_800_000, "ms", "RESET_INVALID", "a password reset token's life"],
  banReasonCharacters: [256, "characters", "REQUEST_INVALID", "the reason of a ban"],

  // Flood
  messagesPerSecond: [
    60,
    "messages/s",
    "RATE_LIMITED",
    "messages of one session, lasting; more in quick rooms, as for inputsPerSecond",
  ],
  messageBurst: [120, "messages", "RATE_LIMITED", "messages of one session at once"],
  bytesInPerSecond: [65_536, "bytes/s", "RATE_LIMITED", "bytes from one session"],
  strikes: [
    3,
    "strikes",
    "FLOODING",
    "refused messages of one session within the time that each counts",
  ],
  strikeWindowMs: [10_000, "ms", "FLOODING", "how long a strike counts"],
  joinsPerTenSeconds: [20, "messages", "RATE_LIMITED", "joins of one session in 10 s"],
  chatsPerTenSeconds: [10, "messages", "RATE_LIMITED", "chat texts of one session in 10 s"],
  pingsPerTenSeconds: [20, "messages", "RATE_LIMITED", "pings of one session in 10 s"],

  callsPerTenSeconds: [
    100,
    "messages",
    "RATE_LIMITED",
    "operations that one session asks for in 10 s",
  ],

  // Operations on a connection
  openCalls: [8, "calls", "CALLS_FULL", "operations of one session that are not answered"],
  openCallsPerNode: [
    4096,
    "calls",
    "CALLS_BUSY",
    "operations asked for on connections that one server is at",
  ],
  openCallsPerAccount: [
    16,
    "calls",
    "CALLS_FULL",
    "operations of one account on all its connections whose answers were not taken",
  ],
  operationCharacters: [64, "characters", "OPERATION_UNKNOWN", "an operation's name"],
  callInputBytes: [6144, "bytes", "CALL_TOO_LARGE", "an operation's input as JSON in UTF-8"],
  callAnswerBytes: [262_144, "bytes", "ANSWER_UNFIT", "an operation's answer as JSON in UTF-8"],
  callAnswerBytesPerNode: [
    134_217_728,
    "bytes",
    "CALLS_BUSY",
    "answers on one server that were not taken, and callAnswerBytes for each call that it runs",
  ],
  callAnswerStuckMs: [
    30_000,
    "ms",
    "TOO_SLOW",
    "answers wait for a client and it takes none: the connection is closed",
  ],

  // HTTP
  httpBodyBytes: [262_144, "bytes", "MESSAGE_TOO_LARGE", "the body of a request"],
  httpHeaderBytes: [
    16_384,
    "bytes",
    "REQUEST_INVALID",
    "target, names and values of a request's head",
  ],
  httpHeadersMs: [
    10_000,
    "ms",
    "REQUEST_INVALID",
    "from connecting to the end of a request's head",
  ],
  httpRequestMs: [30_000, "ms", "REQUEST_INVALID", "from a request's first byte to its last"],
  idempotencyKeyCharacters: [
    64,
    "characters",
    "REQUEST_INVALID",
    "what a client calls a request that it may repeat",
  ],
  scriptNameCharacters: [64, "characters", "REQUEST_INVALID", "a script's name"],
  loginsPerMinute: [
    600,
    "requests",
    "RATE_LIMITED",
    "logins of each kind of one address in a minute",
  ],

  // Message contents
  messagesPerPacket: [
    64,
    "messages",
    "MESSAGE_TOO_LARGE",
    "messages of a client in one binary frame",
  ],
  jsonDepth: [16, "levels", "MESSAGE_MALFORMED", "nesting of a message"],
  joinOptionsBytes: [1024, "bytes", "OPTIONS_INVALID", "join options as JSON"],
  chatCharacters: [500, "characters", "CHAT_TOO_LONG", "one chat text"],
  nameCharacters: [24, "characters", "NAME_INVALID", "a player's name"],
  roomNameCharacters: [64, "characters", "ROOM_UNKNOWN", "a room's name or id"],
  codeCharacters: [40, "characters", "GAME_INVALID", "a game's own refusal code"],
  errorTextCharacters: [
    256,
    "characters",
    "MESSAGE_MALFORMED",
    "an error's or a refusal's text; the server cuts a longer one",
  ],
  problems: [8, "problems", "INPUT_INVALID", "problems listed in one error"],

  // Objects
  objectBytes: [65_536, "bytes", "OBJECT_TOO_LARGE", "an object's value as JSON in UTF-8"],
  objectDepth: [32, "levels", "REQUEST_INVALID", "nesting of an object's value"],
  objectsPerOwner: [2000, "objects", "OBJECTS_FULL", "objects of one account"],
  objectBatch: [64, "operations", "REQUEST_INVALID", "operations of one batch"],
  objectPage: [100, "objects", "REQUEST_INVALID", "objects of one page of a list"],
  collectionCharacters: [64, "characters", "REQUEST_INVALID", "the name of a collection"],
  objectKeyCharacters: [100, "characters", "REQUEST_INVALID", "an object's key"],
  idempotencyKeptMs: [86_400_000, "ms", "KEY_REUSED", "an idempotency key and its answer are kept"],

  // Rooms
  memberships: [8, "rooms", "MEMBERSHIPS_FULL", "rooms that one session is in"],
  inboxPerSeat: [
    64,
    "inputs",
    "INBOX_FULL",
    "inputs of one seat that wait in a room or that it has yet to answer",
  ],
  waitingPerRoom: [4096, "messages", "INBOX_FULL", "joins and chat texts waiting in a room"],
  inputsPerSecond: [
    60,
    "inputs/s",
    "RATE_LIMITED",
    "inputs of one session, lasting, or 1.25 times a room's tick rate and 10 where that is more",
  ],
  playersPerRoom: [6000, "players", "ROOM_FULL", "seats of one room, whatever it asks for"],
  spectatorsPerRoom: [1000, "spectators", "ROOM_FULL", "spectators of one room"],
  roomsPerNode: [1000, "rooms", "SERVER_FULL", "rooms of one server"],
  entitiesPerRoom: [65_535, "entities", "LIMIT_REACHED", "living entities of one room"],
  visiblePerClient: [
    1023,
    "entities",
    "GAME_INVALID",
    "entities that one client holds, the nearest",
  ],
  eventsPerTick: [4096, "events", "LIMIT_REACHED", "events of one room in one tick"],
  timersPerRoom: [4096, "timers", "LIMIT_REACHED", "timers of one room"],
  workPerRoom: [1024, "promises", "LIMIT_REACHED", "work that one room waits for by `room.when`"],
  documentBytes: [16_384, "bytes", "LIMIT_REACHED", "a document's value, encoded"],
  reservationTtlMs: [15_000, "ms", "RESERVATION_UNKNOWN", "a reserved seat's life"],
  seatGraceMs: [30_000, "ms", "RESUME_INVALID", "a dropped player's seat is kept"],
  roomIdCharacters: [
    40,
    "characters",
    "ROOM_ID_INVALID",
    "the id of a room that is opened under one of the caller's choice",
  ],
  openedRoomMs: [60_000, "ms", "ROOM_UNKNOWN", "a room that was opened waits for somebody"],
  openedPerAccount: [
    5,
    "rooms",
    "ROOMS_OPENED",
    "rooms that an account has opened by scripts and that nobody has come to",
  ],

  // Between the parts of a server
  edgesPerNode: [64, "threads", "LIMIT_REACHED", "edge threads of one server"],
  busQueueBytes: [33_554_432, "bytes", "BUS_FULL", "bytes that wait for one edge"],

  // Scripts
  scriptsPerGame: [256, "scripts", "SCRIPT_INVALID", "scripts of one game"],
  scriptSourceBytes: [65_536, "bytes", "SCRIPT_INVALID", "the source of one script"],
  scriptKeys: [64, "keys", "SCRIPT_CALL_INVALID", "keys of one call"],
  scriptArguments: [256, "arguments", "SCRIPT_CALL_INVALID", "arguments of one call"],
  scriptCallCharacters: [
    65_536,
    "characters",
    "SCRIPT_CALL_INVALID",
    "keys and arguments of one call together",
  ],
  scriptAnswerBytes: [262_144, "bytes", "SCRIPT_BUDGET", "the answer of one call"],
  scriptCallsWaiting: [
    4096,
    "calls",
    "SCRIPT_BUSY",
    "calls that wait for one engine, and calls by accounts that wait for their turn",
  ],
  scriptCallsAtOnce: [
    16,
    "calls",
    "SCRIPT_BUSY",
    "calls by accounts that one server hands to its engine; the others wait, each account in turn",
  ],
  scriptCallsPerAccount: [2, "calls", "SCRIPT_BUSY", "of these, calls of one account"],
  scriptCallsWaitingPerAccount: [256, "calls", "SCRIPT_BUSY", "calls of one account that wait"],
  scriptAnswerDepth: [32, "levels", "SCRIPT_FAILED", "nesting of an answer"],
  scriptTimeMs: [200, "ms", "SCRIPT_BUDGET", "one call, unless it has a budget of its own"],
  scriptKeptCharacters: [
    16_777_216,
    "characters",
    "KEY_REUSED",
    "answers that the embedded engine keeps for idempotency keys; beyond it the oldest go",
  ],
  scriptWork: [10_000_000, "instructions", "SCRIPT_BUDGET", "one call, unless it has a budget"],
  scriptMemoryBytes: [33_554_432, "bytes", "SCRIPT_BUDGET", "what Lua holds, all scripts together"],
  scriptKeyBytes: [
    67_108_864,
    "bytes",
    "SCRIPT_FAILED",
    "all keys of one engine; beyond it a command that writes is refused with OOM",
  ],

  // Outgoing queue of one connection, in the order of the ladder
  outQueueCoalesceBytes: [65_536, "bytes", "TOO_SLOW", "above: snapshots are coalesced"],
  outQueueLatestBytes: [262_144, "bytes", "TOO_SLOW", "above: no snapshots at all"],
  outQueueCloseBytes: [1_048_576, "bytes", "TOO_SLOW", "above: the connection is closed"],
  outQueueStuckMs: [4500, "ms", "TOO_SLOW", "nothing was taken for so long: closed"],

  // Schema
  nameLength: [40, "characters", "SCHEMA_INVALID", "a definition's or field's name"],
  definitionsPerRoom: [255, "definitions", "SCHEMA_INVALID", "each of entities, inputs, events"],
  fieldsPerEntity: [32, "fields", "SCHEMA_INVALID", "fields of one definition"],
  enumValues: [256, "values", "SCHEMA_INVALID", "values of one t.enum"],
  stringCharacters: [4096, "characters", "SCHEMA_INVALID", "maximum of one t.string"],
  listItems: [1024, "items", "SCHEMA_INVALID", "maximum of one t.list"],
  fieldDepth: [6, "levels", "SCHEMA_INVALID", "lists and objects inside one another"],
  inputBytes: [1024, "bytes", "SCHEMA_INVALID", "an input's largest encoding"],
  eventBytes: [4096, "bytes", "SCHEMA_INVALID", "an event's largest encoding"],

  // Hot state
  hotCallMs: [2000, "ms", "HOT_UNAVAILABLE", "a call to the hot state"],
  hotCallsWaiting: [
    10_000,
    "calls",
    "HOT_UNAVAILABLE",
    "calls of a node that wait for the hot state",
  ],
  hotBytesWaiting: [
    67_108_864,
    "bytes",
    "HOT_UNAVAILABLE",
    "arguments of the calls of a node that wait for the hot state",
  ],
  hotKeyBytes: [512, "bytes", "HOT_INVALID", "a key, field, member or channel of the hot state"],
  hotValueBytes: [1_048_576, "bytes", "HOT_INVALID", "a value or message of the hot state"],
  hotMemoryKeys: [1_000_000, "keys", "HOT_FULL", "keys of the hot state that is in memory"],
  hotMemoryBytes: [
    268_435_456,
    "bytes",
    "HOT_FULL",
    "what the hot state in memory holds, two a character and 64 for each item",
  ],
} as const;

export type LimitName = keyof typeof table;

type Row = readonly [number, string, ErrorCode, string];

const rows: Readonly<Record<LimitName, Row>> = table;

/** Every limit of the realtime interface. Documented in docs/reference/limits.md. */
export const limits: Readonly<Record<LimitName, Limit>> = Object.freeze(
  Object.fromEntries(
    Object.entries(rows).map(([name, [value, unit, error, about]]): [string, Limit] => [
      name,
      { value, unit, error, about },
    ]),
  ) as Record<LimitName, Limit>,
);
