/*
 *            connect             opened                 welcomed
 *   idle ─────────────► connecting ──────► authenticating ──────► open
 *                         ▲  │                  │                  │
 *              due,       │  │ dropped, stalled │                  │ dropped, stalled,
 *              online,    │  ▼                  ▼                  ▼ reauthenticate
 *              connect  waiting ◄──────────────┴───────────────────┘
 *
 *   From every state: close, refused ──► closed (final)
 *
 *   idle            nothing was asked for yet
 *   connecting      a token is being fetched, then the socket is opening
 *   authenticating  `auth` was sent
 *   open            the session is there
 *   waiting         the next attempt has its time
 *   closed          by the user, or because trying again is pointless
 */

export const connectionStates = [
  "idle",
  "connecting",
  "authenticating",
  "open",
  "waiting",
  "closed",
] as const;

export type ConnectionState = (typeof connectionStates)[number];

export const connectionEvents = [
  /** the user wants a connection, now */
  "connect",
  /** the socket is open */
  "opened",
  /** the server has let the session in */
  "welcomed",
  /** the socket is gone, or the attempt failed, and another may succeed */
  "dropped",
  /** nothing was heard for too long */
  "stalled",
  /** the token does not do, but another can be had */
  "reauthenticate",
  /** the server, or reason, says that no attempt will succeed */
  "refused",
  /** the wait is over */
  "due",
  /** the machine has a network again */
  "online",
  /** the user is done */
  "close",
] as const;

export type ConnectionEvent = (typeof connectionEvents)[number];

/** What a transition does besides changing the state, in this order. */
export type ConnectionEffect =
  /** withdraw the time of the next attempt */
  | "cancelWait"
  /** fetch the token and open the socket */
  | "openSocket"
  | "sendAuth"
  /** begin to ping, and count the connection as good after a while */
  | "startPings"
  /** ask for a sign of life at once */
  | "probe"
  | "dropSocket"
  | "forgetToken"
  /** set the time of the next attempt; after the last one it is refused instead */
  | "scheduleRetry"
  | "finish";

export interface Transition {
  readonly to: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

const to = (state: ConnectionState, ...effects: ConnectionEffect[]): Transition => ({
  to: state,
  effects,
});

/** Every state decides about every event. An event that changes nothing leads to the state itself, without effects. */
export const connectionTable: Readonly<
  Record<ConnectionState, Readonly<Record<ConnectionEvent, Transition>>>
> = {
  idle: {
    connect: to("connecting", "openSocket"),
    opened: to("idle"),
    welcomed: to("idle"),
    dropped: to("idle"),
    stalled: to("idle"),
    reauthenticate: to("idle"),
    refused: to("closed", "finish"),
    due: to("idle"),
    online: to("idle"),
    close: to("closed", "finish"),
  },
  connecting: {
    connect: to("connecting"),
    opened: to("authenticating", "sendAuth"),
    welcomed: to("connecting"),
    dropped: to("waiting", "dropSocket", "scheduleRetry"),
    stalled: to("waiting", "dropSocket", "scheduleRetry"),
    reauthenticate: to("waiting", "dropSocket", "forgetToken", "scheduleRetry"),
    refused: to("closed", "dropSocket", "finish"),
    due: to("connecting"),
    online: to("connecting"),
    close: to("closed", "dropSocket", "finish"),
  },
  authenticating: {
    connect: to("authenticating"),
    opened: to("authenticating"),
    welcomed: to("open", "startPings"),
    dropped: to("waiting", "dropSocket", "scheduleRetry"),
    stalled: to("waiting", "dropSocket", "scheduleRetry"),
    reauthenticate: to("waiting", "dropSocket", "forgetToken", "scheduleRetry"),
    refused: to("closed", "dropSocket", "finish"),
    due: to("authenticating"),
    online: to("authenticating"),
    close: to("closed", "dropSocket", "finish"),
  },
  open: {
    connect: to("open"),
    opened: to("open"),
    // a development reload: the same session, new schemas
    welcomed: to("open"),
    dropped: to("waiting", "dropSocket", "scheduleRetry"),
    stalled: to("waiting", "dropSocket", "scheduleRetry"),
    reauthenticate: to("waiting", "dropSocket", "forgetToken", "scheduleRetry"),
    refused: to("closed", "dropSocket", "finish"),
    due: to("open"),
    online: to("open", "probe"),
    close: to("closed", "dropSocket", "finish"),
  },
  waiting: {
    connect: to("connecting", "cancelWait", "openSocket"),
    opened: to("waiting"),
    welcomed: to("waiting"),
    dropped: to("waiting"),
    stalled: to("waiting"),
    reauthenticate: to("waiting", "forgetToken"),
    refused: to("closed", "cancelWait", "finish"),
    due: to("connecting", "openSocket"),
    online: to("connecting", "cancelWait", "openSocket"),
    close: to("closed", "cancelWait", "finish"),
  },
  closed: {
    connect: to("closed"),
    opened: to("closed"),
    welcomed: to("closed"),
    dropped: to("closed"),
    stalled: to("closed"),
    reauthenticate: to("closed"),
    refused: to("closed"),
    due: to("closed"),
    online: to("closed"),
    close: to("closed"),
  },
};
