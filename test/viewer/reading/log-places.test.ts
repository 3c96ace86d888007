import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { OutputItem } from "../../../src/viewer/protocol/index.js";
import { ByteStore } from "../../../src/viewer/web/bytes/byte-store.js";
import { LineNumbers } from "../../../src/viewer/web/rows/line-numbers.js";
import {
  scrollToByte,
  isJump,
  byteToScroll,
  createScrollScale,
} from "../../../src/viewer/web/pane/scroll-scale.js";
import { findCompanion, groupLogs, findLog } from "../../../src/viewer/web/model/task-logs.js";

describe("line numbers", () => {
  it("are counted from the start over loaded bytes", () => {
    const bytes = new TextEncoder().encode("a\nb\nc\nd\n");
    const store = new ByteStore(bytes.length, 4, 10);
    store.put(0, bytes);
    const numbers = new LineNumbers(store);
    expect([0, 2, 4, 6].map((offset) => numbers.get(offset))).toEqual([1, 2, 3, 4]);
  });

  it("are unknown after bytes that are not loaded, until a search has counted them", () => {
    const store = new ByteStore(1000, 100, 10);
    store.put(500, new TextEncoder().encode("a\nb\nc\n".padEnd(100, "x")));
    const numbers = new LineNumbers(store);
    expect(numbers.get(502)).toBeUndefined();
    numbers.add(504, 77);
    expect(numbers.get(500)).toBe(75);
    expect(numbers.get(502)).toBe(76);
  });
});

describe("the scroll bar of a file of any length", () => {
  const scale = createScrollScale(5 * 1024 ** 3, 0.2, 800);

  it("is never higher than a browser can show, and its ends are the file's ends", () => {
    expect(scale.height).toBeLessThanOrEqual(8_000_000);
    const most = scale.height - scale.viewport;
    expect(scrollToByte(0, 1000, scale)).toBe(0);
    expect(scrollToByte(most, 1000, scale)).toBe(1000);
  });

  it("leaves room for a next step wherever the file continues", () => {
    fc.assert(
      fc.property(fc.nat(1000), (offset) => {
        const place = { offset, isAtStart: false, isAtEnd: false, isFollowing: false };
        const top = byteToScroll(place, 1000, scale);
        expect(top).toBeGreaterThanOrEqual(100);
        expect(top).toBeLessThanOrEqual(scale.height - scale.viewport - 100);
      }),
    );
  });

  it("treats a turn of the wheel as a step, and a drag of the thumb as a jump", () => {
    expect(isJump(120, scale)).toBe(false);
    expect(isJump(scale.height / 800, scale)).toBe(true);
  });
});

describe("the logs of a task", () => {
  const log = (path: string, attempt?: number): OutputItem => ({
    container: "job-a",
    blobName: `t/$TaskLog/${path}${attempt === undefined ? "" : `.${attempt}`}`,
    kind: "TaskLog",
    path,
    size: 1,
    lastModified: "2026-11-21T03:00:00.000Z",
    log: {
      logId: "x",
      path,
      part: 1,
      isContinued: false,
      gaps: 0,
      ...(attempt !== undefined && { attempt }),
    },
  });

  it("are grouped with their attempts, the latest first", () => {
    const logs = groupLogs([
      log("stdout.txt", 1),
      log("stdout.txt"),
      log("stderr.txt"),
      log("stdout.txt", 2),
    ]);
    expect(logs.map(({ path }) => path)).toEqual(["stderr.txt", "stdout.txt"]);
    expect(logs[1]?.attempts.map((item) => item.log?.attempt)).toEqual([undefined, 2, 1]);
    expect(findLog(logs, "t/$TaskLog/stdout.txt.2")?.path).toBe("stdout.txt");
  });

  it("are paired by attempt", () => {
    const logs = groupLogs([log("stdout.txt"), log("stderr.txt"), log("stderr.txt", 1), log("other.log")]);
    expect(findCompanion(logs, log("stdout.txt"))?.blobName).toBe("t/$TaskLog/stderr.txt");
    expect(findCompanion(logs, log("stdout.txt", 2))).toBeUndefined();
    expect(findCompanion(logs, log("other.log"))).toBeUndefined();
  });
});
