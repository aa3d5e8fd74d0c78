import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { Desk, settings } from "../load/desk.ts";
import { tickRate } from "../load/scene.ts";

/*
 * The floor of `load`: a server without a game, which writes a different frame of `bytes` to each client in every tick and
 * reads nothing. Over `ws`, or with frames made by hand on the socket itself.
 */

const { bytes, isRaw } = settings();
const desk = new Desk(() => ({ closed: {}, sessions: writes.size, players: writes.size }));
const http = createServer();
/** @type {Set<() => void>} one write for each client */
const writes = new Set();

if (isRaw) {
  http.on("upgrade", (request, socket) => {
    const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.setNoDelay(true);
    const frame = Buffer.alloc(bytes + (bytes < 126 ? 2 : 4));
    frame[0] = 0x82;
    frame[1] = bytes < 126 ? bytes : 126;
    if (bytes >= 126) frame.writeUInt16BE(bytes, 2);
    serve(socket, () => {
      frame.writeUInt32LE(performance.now() >>> 0, frame.length - 4);
      socket.write(frame);
    });
  });
} else {
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on("connection", (socket) => {
    const payload = Buffer.alloc(bytes);
    serve(socket, () => {
      payload.writeUInt32LE(performance.now() >>> 0, 0);
      socket.send(payload, { binary: true });
    });
  });
}

function serve(socket, write) {
  writes.add(write);
  socket.on("close", () => writes.delete(write));
  socket.on("error", () => writes.delete(write));
}

let dueMs = performance.now();
tick();

function tick() {
  for (const write of writes) write();
  dueMs += 1_000 / tickRate;
  setTimeout(tick, Math.max(0, dueMs - performance.now()));
}

http.listen(0, "127.0.0.1", () => desk.listening(http.address().port));
