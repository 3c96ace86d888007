import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  argumentRangeError,
  argumentTypeError,
  BatchOutputsError,
  batchOutputsErrorCodes,
} from "../../src/core/index.js";

import { parseDurationInMs } from "../../src/cli/command-line/parse-duration.js";
import { exitStatusFor, exitStatusForMany } from "../../src/cli/errors/exit-status-for.js";
import { UsageError } from "../../src/cli/errors/usage-error.js";
import {
  formatCount,
  formatBytes,
  formatDuration,
  formatInteger,
  formatTime,
} from "../../src/cli/terminal/formats.js";
import { formatJson } from "../../src/cli/terminal/json-lines.js";
import { makeLinePrintable, makePrintable } from "../../src/cli/terminal/printable.js";

describe("durations", () => {
  it.each([
    ["30d", 30 * 86_400_000],
    ["12h", 12 * 3_600_000],
    ["1h30m", 5_400_000],
    ["90s", 90_000],
    ["2w", 14 * 86_400_000],
    ["0.5h", 1_800_000],
  ])("reads %s", (text, expected) => {
    expect(parseDurationInMs(text)).toBe(expected);
  });

  it.each(["", "30", "d", "1 h", "-1h", "1y", "0s", "1h 30m", "1e3s"])("does not read %j", (text) => {
    expect(parseDurationInMs(text)).toBeUndefined();
  });

  it.each([
    [0, "0 s"],
    [59.4, "59 s"],
    [60, "1 min"],
    [200, "3 min 20 s"],
    [7_500, "2 h 5 min"],
    [273_600, "3 d 4 h"],
    [86_401, "1 d"],
  ])("shows %d seconds as %s", (seconds, expected) => {
    expect(formatDuration(seconds)).toBe(expected);
  });
});

describe("figures", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1.0 KiB"],
    [10_035, "9.8 KiB"],
    [125_829_120, "120 MiB"],
    [1_099_511_627_776, "1.0 TiB"],
  ])("shows %d bytes as %s", (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected);
  });

  it("shows times in UTC, and numbers with their unit", () => {
    expect(formatTime(new Date("2026-11-22T13:37:05.999Z"))).toBe("2026-11-22 13:37:05Z");
    expect(formatTime(undefined)).toBe("");
    expect([formatCount(1, "output"), formatCount(1_234, "output")]).toEqual(["1 output", "1,234 outputs"]);
    for (const count of [0, 7, 999, 1_000, 12_345, 123_456, 1_234_567, 9_007_199_254_740_991])
      expect(formatInteger(count)).toBe(count.toLocaleString("en"));
  });
});

describe("text for a terminal", () => {
  it("contains no control character, whatever the input", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(makePrintable(text)).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
      }),
    );
  });

  it("shows the tabs of a line of a log as spaces", () => {
    expect(makeLinePrintable("\tat com.acme.Main\u001b[2J")).toBe("    at com.acme.Main\\x1b[2J");
    expect(makePrintable("a\tb")).toBe("a\\x09b");
  });

  it("as JSON is the same object again, without a control character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const line = formatJson({ text });
        expect(line).not.toMatch(/[\p{Cc}\u2028]/u);
        expect(JSON.parse(line)).toEqual({ text });
      }),
    );
  });
});

describe("the exit status", () => {
  it("is defined for every code of the library", () => {
    const statuses = Object.fromEntries(
      batchOutputsErrorCodes.map((code) => [code, exitStatusFor(new BatchOutputsError(code, "x"))]),
    );
    expect(statuses).toMatchObject({
      ContainerNotPrepared: 3,
      OutputNotFound: 3,
      NothingMatched: 3,
      CredentialExpired: 4,
      PermissionMissing: 4,
      NotAuthorized: 4,
      EnvironmentIncomplete: 2,
      StoreUnreachable: 1,
      DigestMismatch: 1,
    });
  });

  it("is 2 for an argument error, and 1 for a defect", () => {
    expect(exitStatusFor(argumentRangeError("options.lifetimeInMs", "must be positive, but is 0"))).toBe(2);
    expect(exitStatusFor(argumentTypeError('options.tags["a b"]', "must be text"))).toBe(2);
    expect(exitStatusFor(new UsageError("x"))).toBe(2);
    expect(exitStatusFor(new TypeError("Cannot read properties of undefined (reading 'x')"))).toBe(1);
    expect(exitStatusFor("a text")).toBe(1);
  });

  it("of many operations is that of a single failure, and distinguishes some from all", () => {
    const missing = new BatchOutputsError("OutputNotFound", "x");
    expect(exitStatusForMany(0, [])).toBe(0);
    expect(exitStatusForMany(3, [])).toBe(0);
    expect(exitStatusForMany(3, [missing])).toBe(5);
    expect(exitStatusForMany(2, [missing, missing])).toBe(3);
    expect(exitStatusForMany(2, [missing, new Error("x")])).toBe(1);
  });
});
