import { describe, expect, test } from "vitest";

import { compareMarks, parseRotationName } from "../../../src/tracking/source/files/rotation-name.js";

describe("parseRotationName", () => {
  test.each([
    ["app.log.1", "suffix.number", "logrotate, RotatingFileHandler, Docker"],
    ["app.log.1.gz", "suffix.number.gz", "logrotate with compress"],
    ["app.log-20261129", "suffix-date-8", "logrotate with dateext"],
    ["app.log-20261129-1764422280", "suffix-date-8-n", "logrotate with a dateformat in seconds"],
    ["app.log-20261129.zst", "suffix-date-8.zst", "logrotate with zstd"],
    ["app-20261129.log", "infix-date-8", "logrotate with dateext and extension"],
    ["app.log.2026-11-29", "suffix.date.4-2-n", "TimedRotatingFileHandler, logback, log4js"],
    ["app.log.2026-11-29_13-05", "suffix.date.4-2-n_n-n", "TimedRotatingFileHandler by the minute"],
    ["app.log.2026112913", "suffix.date.10", "log4j by the hour"],
    ["app.log.20261129", "suffix.date.8", "Logger of Ruby"],
    ["app.2026-11-29.log", "infix.date.4-2-n", "logback, log4j2, NLog, log4js"],
    ["app-2026-11-29.log", "infix-date-4-2-n", "logback, log4j2, winston-daily-rotate-file"],
    ["app-11-29-2026-1.log.gz", "infix-date-2-2-4-n.gz", "log4j2"],
    ["app-2026-11-29.0.log", "infix-date-4-2-n.n", "logback with a size limit"],
    ["app-2026-11-29T13-18-00.000.log", "infix-date-4-2-nTn-n-n.n", "lumberjack"],
    ["app.2026-11-29_13-18-00_123456.log", "infix.date.4-2-n_n-n-n_n", "loguru"],
    ["app-31337-2026-11-29.log", "infix-date-5-4-n-n", "another worker's log"],
    ["app.1.log", "infix.number", "pino-roll, NLog, log4js"],
    ["app.1.log.zip", "infix.number.zip", "logback"],
    ["app_01.log", "infix_number", "NLog 6"],
    ["app-1.log", "infix-number", "log4j2"],
    ["app1.log", "infixnumber", "log4j2 without a separator"],
    ["app20261129.log", "infixdate8", "Serilog"],
    ["app20261129_001.log", "infixdate8_n", "Serilog with a size limit"],
    ["app.log.old", "suffix.old", "programs that keep one file"],
    ["app.log.gz", "suffix.gz", "gzip"],
  ])("%s is a name of a rotated app.log, of the scheme %s: %s", (name, scheme) => {
    expect(parseRotationName("app.log", name)?.scheme).toBe(scheme);
  });

  test.each([
    "app.log",
    "apple.log",
    "app.log.new",
    "app-worker.log",
    "my-app.log.1",
    "app.host.log.INFO.20261129",
  ])("%s is no name of a rotated app.log", (name) => {
    expect(parseRotationName("app.log", name)).toBeUndefined();
  });

  test("the log of another worker with a longer number is no rotated file", () => {
    expect(parseRotationName("worker1.log", "worker10.log")).toBeUndefined();
  });

  test("a number that directly follows the name needs a proof", () => {
    expect(parseRotationName("app.log", "app1.log")).toMatchObject({ needsProof: true, isNameOfCopy: false });
    expect(parseRotationName("app.log", "app.1.log")?.needsProof).toBe(false);
  });
});

describe("compareMarks", () => {
  test.each([
    ["-2026-11-29.9", "-2026-11-29.10"],
    ["-20261129", "-20261130"],
    [".2026-11-29_09-05", ".2026-11-29_13-05"],
    ["-2026-11-29", "-2026-11-29.1"],
  ])("%s comes before %s", (earlier, later) => {
    expect(compareMarks(earlier, later)).toBeLessThan(0);
    expect(compareMarks(later, earlier)).toBeGreaterThan(0);
    expect(compareMarks(earlier, earlier)).toBe(0);
  });
});
