/** Payloads up to this size are copied byte by byte. */
const SHORT = 256;

/**
 * Gathers WebSocket frames for one write. Server frames carry no mask (RFC 6455 §5.2):
 *
 *     byte 0        1 0 0 0 oooo     final frame, opcode
 *     byte 1        length 0..125, or 126 followed by uint16, or 127 followed by uint64, both big-endian
 *     then          payload
 */
export class FrameBuffer {
  /** A Buffer, since sockets wrap any other array in one. */
  #bytes: Buffer<ArrayBuffer>;
  #length = 0;
  readonly #initialBytes: number;

  constructor(initialBytes = 16_384) {
    this.#initialBytes = initialBytes;
    this.#bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** Adds one frame, whose payload is `source` from `start` to `end`. */
  add(opcode: number, source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    this.#reserve(size + 10);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = 0x80 | opcode;
    if (size < 126) {
      bytes[at++] = size;
    } else if (size < 65_536) {
      bytes[at++] = 126;
      bytes[at++] = size >>> 8;
      bytes[at++] = size & 0xff;
    } else {
      bytes[at++] = 127;
      bytes.fill(0, at, at + 4);
      at += 4;
      bytes[at++] = size >>> 24;
      bytes[at++] = (size >>> 16) & 0xff;
      bytes[at++] = (size >>> 8) & 0xff;
      bytes[at++] = size & 0xff;
    }
    this.#length = at + size;
    // a short copy by hand spares the view that `set` needs
    if (size > SHORT) bytes.set(source.subarray(start, end), at);
    else for (let i = start; i < end; i++) bytes[at++] = source[i]!;
  }

  /** What was gathered, a view that is good until the next `add`. Empties the buffer. */
  take(): Buffer<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** The taken bytes are still being read by someone: go on with other memory. */
  giveAway(): void {
    this.#bytes = Buffer.allocUnsafeSlow(this.#initialBytes);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
