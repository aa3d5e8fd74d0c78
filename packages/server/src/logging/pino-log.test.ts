import { describe, expect, test } from "vitest";
import { createLog } from "./pino-log.ts";

function recording(level?: string): {
  lines: Record<string, unknown>[];
  log: ReturnType<typeof createLog>;
} {
  const lines: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  };
  return { lines, log: createLog({ destination, ...(level === undefined ? {} : { level }) }) };
}

describe("log lines", () => {
  test("are JSON with a level, a message, their data and their context", () => {
    const { lines, log } = recording();
    log.with({ room: "arena-1" }).with({ tick: 7 }).warn("late", { byMs: 3 });
    expect(lines).toMatchObject([{ level: 40, msg: "late", room: "arena-1", tick: 7, byMs: 3 }]);
    expect(typeof lines[0]!["time"]).toBe("number");
  });

  test("below the level are left out", () => {
    const { lines, log } = recording("warn");
    log.debug("no");
    log.info("no");
    log.error("yes");
    expect(lines.map((line) => line["msg"])).toEqual(["yes"]);
  });

  test("carry an error with stack and causes", () => {
    const { lines, log } = recording();
    log.error("failed", { error: new Error("outer", { cause: new Error("inner") }) });
    const text = JSON.stringify(lines[0]);
    expect(text).toContain("outer");
    expect(text).toContain("inner");
    expect(text).toContain("pino-log.test.ts");
  });

  test("[S-LOG1] [S-LOG3] carry of an error no more than its texts", () => {
    const { lines, log } = recording();
    const client = { user: "ada", connectionParameters: { password: "hunter2" }, secretKey: 7 };
    const lost = Object.assign(
      new Error("lost", { cause: Object.assign(new Error("why"), { client }) }),
      {
        ...{
          code: "57P01",
          severity: "FATAL",
          detail: "by hand",
          client,
          query: "select 'hunter2'",
        },
      },
    );
    log.with({ room: "a" }).warn("a connection is lost", { error: lost });
    log.warn("the same under its other name", { err: lost });
    for (const line of lines) {
      const error = (line["error"] ?? line["err"]) as Record<string, unknown>;
      expect(error).toMatchObject({
        type: "Error",
        code: "57P01",
        severity: "FATAL",
        detail: "by hand",
      });
      expect(Object.keys(error).sort()).toEqual([
        "code",
        "detail",
        "message",
        "severity",
        "stack",
        "type",
      ]);
      expect(JSON.stringify(line)).not.toMatch(/hunter2|secretKey|ada/);
    }
    expect(lines).toHaveLength(2);
  });

  test("[S-LOG1] never carry a secret by its usual name", () => {
    const { lines, log } = recording();
    log
      .with({ token: "t0ken" })
      .info("x", { secret: "s3cret", headers: { authorization: "b3arer" } });
    expect(JSON.stringify(lines)).not.toMatch(/t0ken|s3cret|b3arer/);
  });
});
