import assert from "node:assert/strict";
import fc from "fast-check";

import { getTaskRunResult, mergeTaskRuns } from "../../../src/outputs/runs/merge-task-runs.js";
import { formatRun, formatRunSummary, parseRun } from "../../../src/outputs/runs/run-format.js";
import { formatRunName, parseRunName, parseRunStart } from "../../../src/outputs/runs/run-name.js";
import type { FuzzTarget } from "../support/fuzz-target.js";

const secret = "S3cretS3cret";
const ids = { taskId: "t1", runId: "20261128T163000123Z-1a2b3c4d", recordedAt: new Date(0) };

const member = fc.oneof(
  fc.constantFrom(
    '"version":1',
    '"version":2',
    '"version":"1"',
    '"state":"ended"',
    '"state":"running"',
    '"exitCode":1',
    '"exitCode":1e99',
    '"exitCode":-0',
    '"signal":"SIGKILL"',
  ),
  fc.constantFrom(
    '"startedAt":"2026-11-28T16:30:00.123Z"',
    '"startedAt":"+275760-09-13"',
    '"endedAt":"never"',
    '"source":"batch"',
    '"command":["a","b"]',
    '"saved":{"outputs":1,"bytes":2}',
    '"saveFailures":{"count":1,"messages":["m"]}',
    '"__proto__":{"state":"ended"}',
  ),
  fc
    .string()
    .map(
      (text) => `"failure":${JSON.stringify({ code: "c", message: text, details: `AccountKey=${secret}` })}`,
    ),
  fc
    .array(fc.string({ maxLength: 2000 }), { maxLength: 200 })
    .map((words) => `"command":${JSON.stringify(words)}`),
);

/** A record, or the name of one. */
export const target: FuzzTarget = {
  seeds: [
    `{"version":1,"jobId":"j","taskId":"t1","source":"run","state":"ended","startedAt":"2026-11-28T16:30:00.123Z","endedAt":"2026-11-28T16:31:00Z","exitCode":1,"failure":{"category":"UserError","code":"X","message":"m"},"command":["/bin/sh","-c","echo ?sig=${secret}"],"saved":{"outputs":1,"bytes":2},"saveFailures":{"count":1,"messages":["a"]}}`,
    ".batch-outputs/$TaskRun/t1/20261128T163000123Z-1a2b3c4d.json",
    ".batch-outputs/$TaskRun/t1/20261128T163000123Z-batch.12.json",
    `{"version":1,"state":"ended","command":["${"\u0001".repeat(9000)}"]}`,
  ],
  grammar: fc
    .array(member, { maxLength: 10 })
    .map((members) => `{${['"version":1', '"state":"ended"', ...members].join(",")}}`),
  words: ["{", "}", '"', ",", "null", "[]", "/", ".json", ".1", "-batch", "\u0001"],
  check(input) {
    const run = parseRun(input, ids);
    if (run !== undefined) {
      for (const text of [formatRun(run), formatRunSummary(run)]) {
        assert.ok(text.length <= 16 * 1024 && /^[\n -~]*$/.test(text), "it fits, and is ASCII");
        assert.ok(!text.includes(`AccountKey=${secret}`) && !text.includes(`sig=${secret}`));
        const again = parseRun(text, ids);
        assert.equal(again?.state, run.state);
        assert.equal(
          JSON.stringify([again.startedAt, again.endedAt, again.exitCode, again.source]),
          JSON.stringify([run.startedAt, run.endedAt, run.exitCode, run.source]),
        );
        assert.equal(formatRun(again).length <= 16 * 1024, true);
        assert.deepEqual(parseRun(formatRun(again), ids), again, "what was written once stays as it is");
      }
      assert.ok(formatRunSummary(run).length <= 4 * 1024);
      getTaskRunResult(run);
      assert.equal(mergeTaskRuns([run, run, { ...run, runId: "x", source: "batch" }]).length >= 1, true);
    }
    const name = parseRunName(input);
    if (name !== undefined) {
      assert.match(name.taskId, /^[\w-]{1,64}$/);
      const formatted = formatRunName(name);
      assert.deepEqual(parseRunName(formatted), name);
    }
    const start = parseRunStart(input);
    assert.ok(start === undefined || !Number.isNaN(start.getTime()));
  },
};
