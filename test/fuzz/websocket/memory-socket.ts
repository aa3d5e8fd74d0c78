import { Duplex } from "node:stream";

/** Half a TCP connection in memory: what is pushed into it the server reads, what the server writes is kept. */
export class MemorySocket extends Duplex {
  readonly remoteAddress: string = "127.0.0.1";
  #written: Buffer[] = [];

  override _read(): void {
    // whoever holds the other end pushes
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // the server may use its buffer again
    this.#written.push(Buffer.from(chunk));
    done();
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  /** What the server has written since the last call. */
  takeWritten(): Buffer {
    const written = Buffer.concat(this.#written);
    this.#written = [];
    return written;
  }
}
