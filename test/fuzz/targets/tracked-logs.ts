import assert from "node:assert/strict";
import fc from "fast-check";

import { describeLog, isSameLog, nextPartName } from "../../../src/tracking/log/describe-log.js";
import { formatLogName, isPlainLogName, parseLogName } from "../../../src/tracking/log/log-names.js";
import { formatLogState, isSameState, parseLogState } from "../../../src/tracking/log/log-state.js";
import type { FuzzTarget } from "../support/fuzz-target.js";

const members = [
  "id",
  "attemptid",
  "attempt",
  "part",
  "base",
  "generation",
  "hole",
  "file",
  "head",
  "since",
  "late",
  "writer",
  "rotations",
  "gaps",
  "continued",
  "finished",
  "kept",
];
const value = fc.constantFrom(
  "1",
  "2",
  "0",
  "-1",
  "1.5",
  "1e3",
  "9007199254740993",
  "NaN",
  "",
  " ",
  "true",
  "false",
  "x",
  "2026-11-28T16:30:00.123Z",
  "yesterday",
  '"0x8D"',
  "123456789012345678901234567890",
  "__proto__",
);
const name = fc
  .tuple(
    fc.constantFrom("t1/$TaskLog/stdout", "a", ".bashrc", "x.attempt-1", "a/"),
    fc.constantFrom("", ".attempt-1", ".attempt-0", ".attempt-12345678901"),
    fc.constantFrom("", ".part-2", ".part-1", ".part-02"),
    fc.constantFrom("", ".txt", ".part-2", ".attempt-1"),
  )
  .map((parts) => parts.join(""));

/** The name of a blob in the first line, then its metadata, one a line. */
export const target: FuzzTarget = {
  seeds: [
    "t1/$TaskLog/stdout.txt\ntrackedlog_id=x\ntrackedlog_attempt=1\ntrackedlog_part=1\ntrackedlog_base=0\ntrackedlog_since=1\ntrackedlog_finished=2026-11-28T16:30:00.123Z\nother=1",
    "t1/$TaskLog/stdout.attempt-1.part-2.txt\ntrackedlog_id=x\ntrackedlog_attempt=1\ntrackedlog_part=2\ntrackedlog_kept=0x8D\ntrackedlog_continued=true",
  ],
  grammar: fc
    .tuple(name, fc.array(fc.tuple(fc.constantFrom(...members), value), { maxLength: 10 }))
    .map(([first, entries]) =>
      [first, "trackedlog_id=x", ...entries.map(([key, text]) => `trackedlog_${key}=${text}`)].join("\n"),
    ),
  words: [".attempt-1", ".part-2", ".txt", "trackedlog_", "=", "\n", "-", "0", "1"],
  check(input) {
    const [blobName = "", ...lines] = input.split("\n");
    const parsed = parseLogName(blobName);
    assert.equal(formatLogName(parsed), blobName, "a name is never changed");
    assert.ok(parsed.part >= 1 && (parsed.attempt === undefined || parsed.attempt >= 1));
    if (!/(?:^|\/)$/.test(blobName) && isPlainLogName(blobName)) {
      assert.deepEqual(parsed, { path: blobName, attempt: undefined, part: 1 });
      for (const attempt of [undefined, 1, 12])
        for (const part of [1, 2, 33])
          assert.deepEqual(parseLogName(formatLogName({ path: blobName, attempt, part })), {
            path: blobName,
            attempt,
            part,
          });
    }
    const metadata = Object.fromEntries(
      lines
        .filter((line) => line.includes("="))
        .map((line): [string, string] => [
          line.slice(0, line.indexOf("=")),
          line.slice(line.indexOf("=") + 1),
        ]),
    );
    const state = parseLogState(metadata);
    const described = describeLog(blobName, metadata);
    assert.equal(described === undefined, state === undefined);
    nextPartName({ name: blobName, metadata });
    if (state === undefined || described === undefined) return;
    for (const count of [
      state.attempt,
      state.part,
      state.baseBytes,
      state.generationStart,
      state.hole,
      state.rotations,
      state.gaps,
    ])
      assert.ok(Number.isSafeInteger(count) && count >= 0);
    assert.ok(
      described.finishedAt === undefined || !Number.isNaN(described.finishedAt.getTime()),
      "an end is a time",
    );
    const formatted = formatLogState(state, metadata);
    const again = parseLogState(formatted);
    assert.ok(again !== undefined && isSameState(again, state), "a state stays as it is");
    for (const [key, text] of Object.entries(metadata))
      if (!key.startsWith("trackedlog_"))
        assert.equal(Reflect.getOwnPropertyDescriptor(formatted, key)?.value, text);
    assert.ok(isSameLog({ name: blobName, metadata }, { name: "other", metadata: formatted }));
  },
};
