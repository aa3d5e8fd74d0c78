import { LeanSocket } from "../load/lean-socket.ts";

/** A client of the floor: it reads and says nothing. */

/** @param {import("../load/player.ts").PlayerOptions} options */
export async function join({ port, from, onClose }) {
  let updates = 0;
  const socket = await LeanSocket.open({
    port,
    from,
    path: "/",
    onMessage: () => updates++,
    onClose,
  });
  return {
    get bytesIn() {
      return socket.bytesIn;
    },
    get updates() {
      return updates;
    },
    steer: () => undefined,
    stopReading: () => socket.stopReading(),
  };
}
