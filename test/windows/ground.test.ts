import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";
import { skippedOnWindows } from "./skipped-on-windows.js";

await declareWindowsTests(
  [
    ...["arguments", "read-members", "redact", "redact-command", "resume-stream", "version"].map(
      (name) => `core/${name}`,
    ),
    ...["abort", "for-each-concurrently", "retry"].map((name) => `core/async/${name}`),
    ...[
      "abort-error",
      "argument-error",
      "batch-outputs-error",
      "has-code",
      "hint",
      "rest-error",
      "transient",
    ].map((name) => `core/errors/${name}`),
    ...["error-cache", "find-error", "group-failures", "normalize-error"].map((name) => `diagnosis/${name}`),
    "batch/environment/task-environment",
    "batch/output-files/output-file",
    "batch/runs/to-task-run",
    "batch/scheduled-events/watch-scheduled-events",
    ...["grep/required-texts", "grep/search-log", "logs/retry-deadline", "run/find-subtask"].map(
      (name) => `cli/${name}`,
    ),
    ...["tail/whole-lines", "terminal/terminal-filter"].map((name) => `cli/${name}`),
    "storage/content-type",
    ...["require-sound-sas", "store-address"].map((name) => `storage/address/${name}`),
    ...["block-plan", "byte-reader", "source-file", "upload-condition"].map(
      (name) => `storage/upload/${name}`,
    ),
    "storage/memory/byte-budget",
    "storage/transport/http-answer",
    "storage/transport/list-blobs-parser",
  ].map((name) => `test/${name}.test.ts`),
  skippedOnWindows,
);
