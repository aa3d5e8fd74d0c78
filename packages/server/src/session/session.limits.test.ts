import { limits } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { EdgeStage } from "../testing/edge-stage.ts";

const encodings = ["json", "msgpack", "binary"] as const;

test("P-SES11 bytesInPerSecond: the bytes of pings count as those of messages do", async () => {
  const payload = new Uint8Array(125);
  const stage = new EdgeStage({ bytesInPerSecond: 1000 });
  const client = await stage.open("binary");
  stage.clock.advance(10_000);
  for (let i = 0; i < 8; i++) client.memory.ping(payload);
  expect(await client.verdict()).toBe("open");
  client.memory.ping(payload);
  expect(await client.verdict()).toBe("RATE_LIMITED · open");
  stage.clock.advance(1000);
  client.memory.ping(payload);
  expect(await client.verdict()).toBe("open");
});

describe.each(encodings)("texts that are too long, in %s", (encoding) => {
  test("P-MSG7 resumeSecretCharacters: the longest is asked for, one more is RESUME_INVALID", async () => {
    const { value: max } = limits.resumeSecretCharacters;
    const stage = new EdgeStage();
    const resuming = (length: number) => {
      const client = stage.connect(encoding);
      const resume = "x".repeat(length);
      client.send({ type: "auth", id: 4, payload: { token: "token-ada", protocol: 1, resume } });
      return client;
    };
    const longest = resuming(max);
    expect(await longest.verdict()).toBe("open");
    expect(stage.take("open").resume).toHaveLength(max);
    const tooLong = resuming(max + 1);
    await stage.settle();
    const error = tooLong.take("error");
    expect(error).toMatchObject({ id: 4, payload: { code: "RESUME_INVALID", type: "auth" } });
    expect(await tooLong.verdict()).toBe("1008 RESUME_INVALID");
    expect(stage.heard("open")).toBe(0);
  });

  test("P-MSG7 roomNameCharacters: the longest is asked for, one more is ROOM_UNKNOWN and no strike", async () => {
    const { value: max } = limits.roomNameCharacters;
    const stage = new EdgeStage();
    const client = await stage.open(encoding);
    client.send({ type: "join", id: 5, payload: { room: "x".repeat(max) } });
    await stage.settle();
    expect(stage.take("join").room).toHaveLength(max);
    for (let i = 0; i < limits.strikes.value + 1; i++) {
      client.send({ type: "join", id: 6, payload: { room: "x".repeat(max + 1) } });
      await stage.settle();
      expect(client.take("error")).toMatchObject({
        id: 6,
        payload: { code: "ROOM_UNKNOWN", type: "join" },
      });
    }
    expect(await client.verdict()).toBe("open");
    expect(stage.heard("join")).toBe(0);
  });
});
