import { room } from "@realmwright/core";
import { expect, it } from "vitest";
import type { LinkToEdge } from "../link/link.ts";
import type { RoomNews } from "../room/room-news.ts";
import { RoomBench } from "../testing/room-bench.ts";
import { HostedRoom } from "./hosted-room.ts";
import { Origins } from "./origins.ts";

it("[S-ROOM4] a frame that can not be encoded ends its room and tells the members", () => {
  const bench = new RoomBench(room({ permanent: true }));
  const seat = bench.join("ann");
  const error = new Error("no bytes for this");
  const link: LinkToEdge = {
    address: "edge",
    isLocal: true,
    send: () => undefined,
    frame: () => {
      throw error;
    },
    flush: () => undefined,
    close: () => undefined,
  };
  const news: RoomNews[] = [];
  let ends = 0;
  const hosted = new HostedRoom(bench.room, {
    listener: { news: (_, one) => void news.push(one), ended: () => void ends++ },
    metrics: bench.metrics,
    log: bench.log,
    origins: new Origins(),
  });
  hosted.step();
  expect([bench.room.status, ends]).toEqual(["running", 0]);
  hosted.read(link);
  hosted.step();
  expect([bench.room.status, ends]).toEqual(["failed", 1]);
  expect(news).toEqual([{ type: "left", seat, code: "ROOM_FAILED" }]);
  expect(bench.log.of("error")).toMatchObject([{ data: { error: { message: error.message } } }]);
});
