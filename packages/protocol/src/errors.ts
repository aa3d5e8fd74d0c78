/** What the peer should do about an error. */
export type ErrorAction = "fix" | "retry" | "reauthenticate" | "reconnect" | "give-up";

/** One thing wrong with a foreign value. */
export interface Problem {
  /** JSON pointer (RFC 6901) to the place; "" is the whole value */
  readonly path: string;
  readonly expected: string;
  /** short description of what came; never echoes long input */
  readonly got: string;
}

/** One line of the catalogue. */
export interface ErrorEntry {
  /** stands for the code in binary messages; never reused */
  readonly number: number;
  /** safe to show to anyone */
  readonly text: string;
  readonly action: ErrorAction;
  /** HTTP status where the error answers a request */
  readonly status: number;
  /** WebSocket close code where the error ends a connection; every 4xxx belongs to one error */
  readonly close: number;
  /** true: the connection is always closed; false: only when it is the last strike or comes before
   * authentication */
  readonly closes: boolean;
  readonly retryAfterMs?: number;
}

// number, action, status, close, closes, text, retryAfterMs
const table = {
  // Authentication and sessions
  AUTH_REQUIRED: [
    1,
    "reauthenticate",
    401,
    4001,
    true,
    "A token is needed: send auth first, or over HTTP an Authorization header.",
  ],
  AUTH_TIMEOUT: [2, "reconnect", 401, 4002, true, "No auth message came in time."],
  TOKEN_INVALID: [3, "reauthenticate", 401, 4003, true, "The token is not valid."],
  TOKEN_EXPIRED: [4, "reauthenticate", 401, 4004, true, "The token has expired."],
  SESSION_SUPERSEDED: [5, "give-up", 409, 4005, true, "A newer connection took over this session."],
  RESUME_INVALID: [6, "reauthenticate", 401, 1008, false, "The session can not be resumed."],
  IDLE_TIMEOUT: [7, "reconnect", 408, 4006, true, "The connection answered no ping."],
  TOO_SLOW: [8, "reconnect", 503, 4008, true, "The connection is too slow for its room."],
  ORIGIN_REFUSED: [9, "give-up", 403, 1008, true, "Pages of this origin may not connect."],
  HOST_REFUSED: [10, "give-up", 421, 1008, true, "This host name is not served here."],
  TOO_MANY_CONNECTIONS: [
    11,
    "retry",
    429,
    1013,
    true,
    "Too many connections from this address.",
    5000,
  ],

  // Messages
  PROTOCOL_UNSUPPORTED: [
    20,
    "give-up",
    426,
    1002,
    true,
    "This version of the protocol is not spoken here.",
  ],
  MESSAGE_MALFORMED: [21, "fix", 400, 1007, false, "The message can not be read."],
  MESSAGE_TOO_LARGE: [22, "fix", 413, 1009, true, "The message is too large."],
  MESSAGE_UNKNOWN: [23, "fix", 400, 1008, false, "There is no message of this type."],
  MESSAGE_OUT_OF_ORDER: [24, "fix", 409, 1008, false, "The message has no place at this moment."],
  RATE_LIMITED: [25, "retry", 429, 1008, false, "Too many messages of this kind.", 1000],
  FLOODING: [26, "reconnect", 429, 1008, true, "Too many refused messages."],
  FRAME_INVALID: [27, "fix", 400, 1002, true, "The frames are not those of WebSocket."],

  // Rooms
  ROOM_UNKNOWN: [40, "fix", 404, 1008, false, "There is no such room."],
  ROOM_FULL: [41, "retry", 409, 1008, false, "The room is full.", 5000],
  ROOM_CLOSED: [42, "give-up", 410, 1008, false, "The room has closed."],
  ROOM_FAILED: [43, "retry", 500, 1008, false, "The room ended by an error.", 1000],
  JOIN_REFUSED: [44, "give-up", 403, 1008, false, "The room did not let the player in."],
  OPTIONS_INVALID: [45, "fix", 400, 1008, false, "The options do not fit the room."],
  NOT_A_MEMBER: [46, "fix", 409, 1008, false, "There is no such membership."],
  ALREADY_A_MEMBER: [47, "fix", 409, 1008, false, "The session is in this room already."],
  MEMBERSHIPS_FULL: [48, "fix", 409, 1008, false, "The session is in as many rooms as it may be."],
  RESERVATION_UNKNOWN: [49, "fix", 404, 1008, false, "The reservation is unknown or has run out."],
  SPECTATOR_READ_ONLY: [50, "fix", 403, 1008, false, "A spectator can not act."],

  // Inputs, chat, names
  INPUT_UNKNOWN: [60, "fix", 400, 1008, false, "The room has no such input."],
  INPUT_INVALID: [61, "fix", 400, 1008, false, "The input does not fit its schema."],
  INPUT_REFUSED: [62, "fix", 409, 1008, false, "The rules refuse the input."],
  INPUT_STALE: [63, "fix", 409, 1008, false, "Inputs above this number were taken before it."],
  INBOX_FULL: [64, "retry", 429, 1008, false, "Too many inputs wait in the room.", 100],
  TARGET_UNKNOWN: [65, "fix", 409, 1008, false, "The input names an entity that was not sent."],
  CHAT_EMPTY: [66, "fix", 400, 1008, false, "The chat text is empty."],
  CHAT_TOO_LONG: [67, "fix", 400, 1008, false, "The chat text is too long."],
  NAME_INVALID: [
    68,
    "fix",
    400,
    1008,
    false,
    "The name is too short, too long or has characters that names may not have.",
  ],

  // The server
  SERVER_DRAINING: [80, "reconnect", 503, 1012, true, "The server is going down."],
  SERVER_FULL: [81, "retry", 503, 1013, true, "The server is full.", 5000],
  INTERNAL: [82, "reconnect", 500, 1011, true, "Something went wrong on the server."],
  NOT_FOUND: [83, "fix", 404, 1008, false, "There is nothing here."],
  METHOD_REFUSED: [84, "fix", 405, 1008, false, "This method is not served here."],
  REQUEST_INVALID: [85, "fix", 400, 1008, false, "The request can not be read."],

  // Found by a developer's own tools; they do not cross the wire as answers
  SCHEMA_INVALID: [100, "fix", 500, 1011, false, "A definition of the game is not valid."],
  MAP_INVALID: [101, "fix", 500, 1011, false, "A map can not be read."],
  GAME_INVALID: [102, "fix", 500, 1011, false, "The game is not valid."],
  CHECKPOINT_INVALID: [103, "fix", 500, 1011, false, "A checkpoint can not be restored."],
  DECODE_TRUNCATED: [104, "reconnect", 400, 1007, false, "The bytes end too early."],
  DECODE_INVALID: [105, "reconnect", 400, 1007, false, "The bytes hold an impossible value."],
  LIMIT_REACHED: [106, "fix", 500, 1011, false, "A limit of the server is reached."],
  DOCUMENT_INVALID: [107, "fix", 500, 1011, false, "A document does not fit its schema."],
  BUS_FULL: [108, "retry", 503, 1013, false, "Too much waits for another part of the server."],
  BUS_CLOSED: [109, "reconnect", 503, 1012, false, "A part of the server is gone."],
  FRAME_GAP: [110, "retry", 500, 1011, false, "A part of a room's stream is missing."],
  ENTITY_GONE: [111, "fix", 500, 1011, false, "The game uses an entity that is gone."],

  // The store
  STORE_UNAVAILABLE: [112, "retry", 503, 1013, false, "The database does not answer.", 1000],
  STORE_BUSY: [113, "retry", 503, 1013, false, "Too much changes at once in the database.", 200],
  STORE_SCHEMA_NEWER: [
    114,
    "give-up",
    500,
    1011,
    false,
    "The database was made by a newer version of the program.",
  ],
  STORE_SCHEMA_OLDER: [115, "fix", 500, 1011, false, "The database has to be migrated first."],
  STORE_URL_INVALID: [116, "fix", 500, 1011, false, "The database's address can not be read."],
  OBJECT_CHANGED: [117, "fix", 409, 1008, false, "The object has another version than was said."],
  OBJECT_TOO_LARGE: [118, "fix", 413, 1008, false, "The object is too large."],
  OBJECTS_FULL: [119, "fix", 409, 1008, false, "The owner has as many objects as it may have."],
  KEY_REUSED: [123, "fix", 409, 1008, false, "This key stands for another request already."],
  // Scripts
  SCRIPT_INVALID: [170, "fix", 422, 1011, false, "The script does not compile."],
  SCRIPT_UNKNOWN: [171, "fix", 404, 1008, false, "There is no script of this name and version."],
  SCRIPT_FAILED: [172, "fix", 422, 1008, false, "The script failed."],
  SCRIPT_BUDGET: [173, "fix", 422, 1008, false, "The script took too much time or memory."],
  SCRIPT_CALL_INVALID: [
    174,
    "fix",
    400,
    1008,
    false,
    "The script's keys or arguments are not valid.",
  ],
  SCRIPT_BUSY: [175, "retry", 503, 1013, false, "Too many calls of scripts wait.", 1000],
  SCRIPT_ENGINE_CLOSED: [176, "reconnect", 503, 1012, false, "Scripts do not run any more."],
  SCRIPT_REFUSED: [177, "fix", 409, 1008, false, "The script refuses this."],

  // Operations on a connection
  OPERATION_UNKNOWN: [240, "fix", 404, 1008, false, "There is no such operation."],
  HTTP_ONLY: [241, "fix", 400, 1008, false, "This operation is asked over HTTP."],
  CALL_TOO_LARGE: [
    242,
    "fix",
    413,
    1008,
    false,
    "The call is too large for the connection: ask over HTTP.",
  ],
  ANSWER_UNFIT: [
    243,
    "fix",
    413,
    1008,
    false,
    "It was done, but the answer does not fit the connection: ask over HTTP.",
  ],
  CALLS_FULL: [244, "retry", 429, 1008, false, "Too many calls are not answered yet.", 100],
  CALLS_BUSY: [245, "retry", 503, 1013, false, "Too many call at this moment.", 1000],

  // Found by a client itself; they do not cross the wire
  CONNECTION_LOST: [120, "reconnect", 503, 1012, false, "There is no connection to the server."],
  ANSWER_MISSING: [121, "retry", 504, 1008, false, "The server did not answer in time."],
  CLIENT_CLOSED: [122, "fix", 409, 1008, false, "The client was closed or has left the room."],

  // Accounts
  FORBIDDEN: [140, "give-up", 403, 1008, false, "This is not for you to do."],
  LOGIN_REFUSED: [141, "fix", 401, 1008, false, "The name or the password is wrong."],
  NAME_TAKEN: [142, "fix", 409, 1008, false, "The name is taken."],
  PASSWORD_WEAK: [
    143,
    "fix",
    400,
    1008,
    false,
    "The password is too short, too long or too common.",
  ],
  LOGINS_BUSY: [144, "retry", 503, 1013, false, "Too many log in at this moment.", 1000],
  LOGINS_SLOWED: [145, "retry", 429, 1008, false, "Too many logins have failed.", 1000],
  ACCOUNT_BANNED: [146, "give-up", 403, 4009, true, "The account is banned."],
  SESSION_ENDED: [147, "reauthenticate", 401, 4010, true, "The login has ended."],
  REFRESH_INVALID: [148, "reauthenticate", 401, 1008, false, "The refresh token is not valid."],
  ACCOUNT_UNKNOWN: [149, "fix", 404, 1008, false, "There is no such account."],
  TICKET_INVALID: [
    150,
    "reauthenticate",
    401,
    4011,
    true,
    "The ticket is not valid, or no longer.",
  ],
  GUEST_ONLY: [151, "fix", 409, 1008, false, "The account is no guest."],
  RESET_INVALID: [152, "fix", 400, 1008, false, "The reset token is not valid, or no longer."],
  ISSUER_GONE: [154, "retry", 503, 1013, false, "The login service does not answer.", 5000],
  RESET_OFF: [153, "give-up", 404, 1008, false, "This server can not reset passwords."],

  // What a server has only where it is set up for it
  SCRIPTING_OFF: [160, "give-up", 404, 1008, false, "This server runs no scripts."],
  GUESTS_OFF: [230, "give-up", 403, 1008, false, "This server takes no guests: make an account."],
  QUERY_TOKEN_OFF: [
    231,
    "fix",
    400,
    1008,
    true,
    "Tokens in the address are refused here: send auth.",
  ],
  LIVEKIT_OFF: [161, "give-up", 404, 1008, false, "This server does not work with LiveKit."],
  // Hot state
  HOT_UNAVAILABLE: [130, "retry", 503, 1013, false, "The hot state can not be reached.", 1000],
  HOT_FULL: [131, "retry", 503, 1013, false, "The hot state has no memory left.", 5000],
  HOT_WRONG_TYPE: [
    132,
    "fix",
    500,
    1011,
    false,
    "The hot state's key holds another kind of value.",
  ],
  HOT_INVALID: [133, "fix", 500, 1011, false, "A name or value is not one for the hot state."],
  HOT_SCRIPT_FAILED: [134, "fix", 500, 1011, false, "A script of the hot state failed."],

  // Rooms under a name of somebody's choice
  ROOM_EXISTS: [200, "fix", 409, 1008, false, "A room of this name is running."],
  ROOM_ID_INVALID: [201, "fix", 400, 1008, false, "This can not be the name of a room."],
  ROOMS_OPENED: [203, "retry", 429, 1008, false, "Too many opened rooms wait for somebody.", 5000],
  ANSWER_LOST: [202, "fix", 409, 1008, false, "The room began anew before it answered."],
} as const;

export type ErrorCode = keyof typeof table;

type Row = readonly [number, ErrorAction, number, number, boolean, string, number?];

const rows: Readonly<Record<ErrorCode, Row>> = table;

/** Every error that Realmwright reports, by code. Documented in docs/reference/errors.md. */
export const errors: Readonly<Record<ErrorCode, ErrorEntry>> = Object.freeze(
  Object.fromEntries(
    Object.entries(rows).map(
      ([code, [number, action, status, close, closes, text, retryAfterMs]]): [
        string,
        ErrorEntry,
      ] => [
        code,
        {
          number,
          text,
          action,
          status,
          close,
          closes,
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        },
      ],
    ),
  ) as Record<ErrorCode, ErrorEntry>,
);

/** What an `error` message carries. */
export interface ErrorPayload {
  readonly code: string;
  readonly text: string;
  readonly action: ErrorAction;
  readonly retryAfterMs?: number;
  readonly problems?: readonly Problem[];
  /** type of the message that caused it */
  readonly type?: string;
  /** of `SCRIPT_REFUSED` */
  readonly refusal?: ScriptRefusal;
}

/** How a script of a game refuses a call: by its own code and text, which anyone may see. */
export interface ScriptRefusal {
  /** capitals, digits and underscores */
  readonly code: string;
  readonly text: string;
}

export interface RealmErrorOptions {
  /** for logs and developers only; never sent */
  readonly detail?: string;
  readonly retryAfterMs?: number;
  readonly problems?: readonly Problem[];
  /** of `SCRIPT_REFUSED` */
  readonly refusal?: ScriptRefusal;
  /** type and id of the message that caused it, for the answer */
  readonly type?: string | undefined;
  readonly id?: number | undefined;
  readonly cause?: unknown;
}

/** An error of the catalogue. `message` is for logs; `toPayload()` is what a peer may see. */
export class RealmError extends Error {
  readonly code: ErrorCode;
  readonly action: ErrorAction;
  readonly status: number;
  readonly close: number;
  readonly closes: boolean;
  readonly text: string;
  readonly retryAfterMs: number | undefined;
  readonly problems: readonly Problem[] | undefined;
  readonly refusal: ScriptRefusal | undefined;
  readonly type: string | undefined;
  readonly id: number | undefined;

  constructor(code: ErrorCode, options: RealmErrorOptions = {}) {
    const line: ErrorEntry = errors[code];
    super(
      `${code}: ${options.detail ?? line.text}${problemText(options.problems)}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = "RealmError";
    this.code = code;
    this.text = line.text;
    this.action = line.action;
    this.status = line.status;
    this.close = line.close;
    this.closes = line.closes;
    this.retryAfterMs = options.retryAfterMs ?? line.retryAfterMs;
    this.problems = options.problems;
    this.refusal = options.refusal;
    this.type = options.type;
    this.id = options.id;
  }

  /** What a peer may see; `type` is that of the message answered. */
  toPayload(type: string | undefined = this.type): ErrorPayload {
    return {
      code: this.code,
      text: this.text,
      action: this.action,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
      ...(this.problems === undefined ? {} : { problems: this.problems }),
      ...(type === undefined ? {} : { type }),
      ...(this.refusal === undefined ? {} : { refusal: this.refusal }),
    };
  }
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errors, code);
}

function problemText(problems: readonly Problem[] | undefined): string {
  if (problems === undefined || problems.length === 0) return "";
  const lines = problems.map((p) => `${p.path || "/"}: expected ${p.expected}, got ${p.got}`);
  return ` (${lines.join("; ")})`;
}
