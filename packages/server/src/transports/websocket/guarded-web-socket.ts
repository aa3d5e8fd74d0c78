import { RealmError, type ErrorCode } from "@realmwright/protocol";
import { WebSocket } from "ws";

/** What `ws` closes connections by when frames are not as they should be. */
const violations: ReadonlyMap<number, ErrorCode> = new Map([
  [1002, "FRAME_INVALID"],
  [1007, "MESSAGE_MALFORMED"],
  // too many fragments or pieces
  [1008, "MESSAGE_TOO_LARGE"],
  [1009, "MESSAGE_TOO_LARGE"],
]);

/** A socket of `ws` that does not close by itself over broken frames, but says so, to be closed by the error's own code. */
export class GuardedWebSocket extends WebSocket {
  onViolation: ((error: RealmError) => void) | undefined;

  /** `ws` itself calls it with a code alone; everybody else gives a reason. */
  override close(code?: number, reason?: string | Buffer): void {
    const violation = reason === undefined ? violations.get(code ?? 0) : undefined;
    if (violation === undefined || this.readyState !== this.OPEN) super.close(code, reason);
    else this.onViolation?.(new RealmError(violation, { detail: `close code ${code}` }));
  }
}
