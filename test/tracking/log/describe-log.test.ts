import { expect, test } from "vitest";

import { describeLog } from "../../../src/tracking/log/describe-log.js";

test.each([
  ["2026-01-02T03:04:05.000Z", new Date("2026-01-02T03:04:05.000Z")],
  ["yesterday", undefined],
  ["", undefined],
])(
  "a log whose metadata says that it was finished at %j ended then, if that is a time",
  (finished, expected) => {
    const metadata = { trackedlog_id: "a", trackedlog_finished: finished };
    expect(describeLog("t1/$TaskLog/a.log", metadata)?.finishedAt).toEqual(expected);
  },
);

test("a loss that a killed writer knew of, and has not counted, is one of the gaps", () => {
  const metadata = { trackedlog_id: "a", trackedlog_gaps: "2", trackedlog_lost: "true" };
  expect(describeLog("t1/$TaskLog/a.log", metadata)?.gaps).toBe(3);
});
