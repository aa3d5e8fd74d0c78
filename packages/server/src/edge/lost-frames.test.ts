import type { FrameEvent } from "@realmwright/core/internal";
import { expect, test } from "vitest";
import { EdgeStage } from "../testing/edge-stage.ts";

test.each(["json", "binary"] as const)(
  "[S-LINK2] a keyframe brings documents whole, also where one version was missed, in %s",
  async (encoding) => {
    const { stage, room, client } = await EdgeStage.withMember(encoding);
    const value = { phase: "play", round: 1 };
    const patch = [{ op: "replace", path: "/phase", value: "play" }] as const;
    room.writer.document(-1, 1, value, [...patch]);
    // its frame is lost
    room.writer.write(room.id, 1, room.tick++, true);
    const frame = room.writer.keyframe(room.id, 1);
    stage.host({ type: "frame", room: room.id, frame, mirror: room.mirror });
    await stage.turn();
    expect(client.all("document").map(({ payload }) => payload)).toMatchObject([
      { doc: "shared", version: 1, value },
    ]);
  },
);

test("[S-LINK2] P-SNAP4 who joins before the mirror is repaired sees nothing of the seat's last holder", async () => {
  const { stage, room, client } = await EdgeStage.withMember();
  stage.left(client, room.id, 3);
  const bob = await stage.open("json", "bob");
  // the frames in which the seat changed hands have not come
  room.writer.document(3, 5, { gold: 7 }, []);
  const tick = room.mirror.tick + 3;
  const bell = { event: 1, audience: 0, target: -1, x: 10, y: 10, data: { text: "near" } };
  room.admit(bob, 3, { tick, events: [bell as FrameEvent] });
  await stage.turn();
  expect(bob.types).toEqual(["joined"]);
  await stage.turn(3);
  expect(bob.all("snapshot").map(({ payload }) => payload)).toMatchObject([{ tick }]);
});
