import assert from "node:assert/strict";
import fc from "fast-check";

import { jobAdd, jobPatch, jobUpdate } from "../../../src/local-batch/api/job-shapes.js";
import { poolAdd, poolPatch, poolResize } from "../../../src/local-batch/api/pool-shapes.js";
import { createRefusalBody, Refusal } from "../../../src/local-batch/api/refusal.js";
import { scheduleAdd } from "../../../src/local-batch/api/schedule-shapes.js";
import type { Shape } from "../../../src/local-batch/api/shape.js";
import { task } from "../../../src/local-batch/api/task-shapes.js";
import type { FuzzTarget } from "../support/fuzz-target.js";
import { attempt, isA } from "../support/properties.js";

const secret = "S3cretS3cret";

const shapes: Readonly<Record<string, Shape<unknown>>> = {
  jobAdd,
  jobPatch,
  jobUpdate,
  poolAdd,
  poolPatch,
  poolResize,
  scheduleAdd,
  task,
};

const name = fc.constantFrom(
  "id",
  "commandLine",
  "poolInfo",
  "poolId",
  "priority",
  "constraints",
  "maxTaskRetryCount",
  "maxWallClockTime",
  "outputFiles",
  "filePattern",
  "destination",
  "container",
  "containerUrl",
  "resourceFiles",
  "environmentSettings",
  "name",
  "value",
  "dependsOn",
  "taskIds",
  "taskIdRanges",
  "start",
  "end",
  "exitConditions",
  "exitCodes",
  "code",
  "exitOptions",
  "metadata",
  "vmSize",
  "virtualMachineConfiguration",
  "imageReference",
  "schedule",
  "doNotRunUntil",
  "recurrenceInterval",
  "jobSpecification",
  "__proto__",
  "constructor",
  "odata.metadata",
  "toString",
);
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(
      '"a"',
      "1",
      "-1",
      "1.5",
      "1e999",
      "true",
      "null",
      '"PT1M"',
      '"2026-01-01T00:00:00Z"',
      '""',
      '"TaskCompletion"',
      `"https://h/c?sv=1&sig=${secret}"`,
    ),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
    fc
      .array(fc.tuple(name, tie("value")), { maxLength: 5 })
      .map((members) => `{${members.map(([key, one]) => `"${key}":${one}`).join(",")}}`),
  ),
}));

export const target: FuzzTarget = {
  seeds: [
    `{"id":"t1","commandLine":"/bin/true","outputFiles":[{"filePattern":"*","destination":{"container":{"containerUrl":"https://h/c?sig=${secret}"}},"uploadOptions":{"uploadCondition":"TaskCompletion"}}],"constraints":{"maxWallClockTime":"PT1H","retentionTime":"P1D","maxTaskRetryCount":3},"exitConditions":{"exitCodes":[{"code":1,"exitOptions":{"jobAction":"terminate"}}]},"dependsOn":{"taskIds":["a"],"taskIdRanges":[{"start":1,"end":3}]}}`,
    '{"id":"job-1","poolInfo":{"poolId":"p"},"priority":1,"onAllTasksComplete":"terminatejob","metadata":[{"name":"a","value":"b"}],"jobManagerTask":{"id":"m","commandLine":"x"}}',
    '{"id":"pool","vmSize":"standard_d2","virtualMachineConfiguration":{"imageReference":{"publisher":"a","offer":"b","sku":"c","version":"latest"},"nodeAgentSKUId":"x"},"targetDedicatedNodes":1,"startTask":{"commandLine":"x","waitForSuccess":true}}',
    '{"id":"s","schedule":{"doNotRunUntil":"2026-01-01T00:00:00Z","recurrenceInterval":"PT5M"},"jobSpecification":{"poolInfo":{"poolId":"p"}}}',
    '{"id":"pool","vmSize":"x","virtualMachineConfiguration":{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}}',
  ],
  grammar: fc
    .array(fc.tuple(name, value), { maxLength: 8 })
    .map((members) => `{${members.map(([key, one]) => `"${key}":${one}`).join(",")}}`),
  words: ['"id":', "{", "}", "[", "]", ",", '"a"', "null", '"__proto__":', `"?sig=${secret}"`, "1e400"],
  check(input) {
    let body: unknown;
    try {
      body = JSON.parse(input);
    } catch {
      return;
    }
    for (const [kind, shape] of Object.entries(shapes)) {
      const { value: stored, error } = attempt(() => shape(body, ""), isA(Refusal));
      if (error instanceof Refusal) {
        const shown = JSON.stringify(createRefusalBody(error, "r"));
        if (
          input.split(secret).length ===
          input.split(`?sig=${secret}`).length + input.split(`&sig=${secret}`).length - 1
        )
          assert.ok(!shown.includes(secret), `${kind} shows a secret: ${shown}`);
        continue;
      }
      // What is stored is read again after a restart, from JSON.
      const again: unknown = JSON.parse(JSON.stringify(stored));
      assert.deepEqual(JSON.parse(JSON.stringify(shape(again, ""))), again, `${kind} accepts what it stored`);
    }
  },
};
