import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

import {
  formatDeleteJobCommand,
  formatDownloadCommand,
  formatShellLine,
} from "../../../src/viewer/web/outputs/actions/cli-command.js";

const config = { store: "https://films.blob.core.windows.net" };
const context = { config, jobId: "film-7" };
const container = "job-film-7";

/** The words that bash makes of a line. */
function words(line: string): string[] {
  const { stdout, status } = spawnSync("bash", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
  expect(status).toBe(0);
  return stdout.split("\0").slice(0, -1);
}

describe("the CLI command that downloads the selection", () => {
  it("downloads a task's outputs, or those of one kind", () => {
    expect(formatDownloadCommand({ container, taskId: "frame-1" }, context)).toBe(
      "batch-outputs download ./frame-1 --job film-7 --task frame-1",
    );
    expect(formatDownloadCommand({ container, taskId: "frame-1", kind: "TaskLog" }, context)).toBe(
      "batch-outputs download ./frame-1 --kind TaskLog --job film-7 --task frame-1",
    );
  });

  it("downloads a whole job with all its tasks", () => {
    expect(formatDownloadCommand({ container }, context)).toBe(
      "batch-outputs download ./film-7 --job film-7 --all-tasks",
    );
  });

  it("downloads some tasks, and the outputs of some names into one folder", () => {
    const request = { container, taskIds: ["a", "b"], include: "*.csv", isFlat: true };
    expect(formatDownloadCommand(request, context)).toBe(
      "batch-outputs download ./film-7 --include '*.csv' --flatten '{task}-{name}' --job film-7 --task a --task b",
    );
  });

  it("deletes all outputs of a job, whatever its id is", () => {
    const { jobId } = context;
    const full = {
      ...config,
      version: "1",
      canSign: false,
      canDelete: false,
      canDeleteJobs: false,
      hasBatch: false,
    };
    expect(formatDeleteJobCommand(jobId, { ...full, storeArguments: ["--local"] })).toBe(
      "batch-outputs delete --whole-job --job film-7 --local",
    );
    expect(words(formatDeleteJobCommand("x'; rm -rf ~", full)).slice(-1)).toEqual(["x'; rm -rf ~"]);
  });

  it("names chosen outputs one by one, a command for each kind", () => {
    const blobNames = [
      "frame-1/$TaskOutput/a.png",
      "frame-1/$TaskOutput/b/c.png",
      "frame-1/$TaskLog/stdout.txt",
    ];
    expect(formatDownloadCommand({ container, blobNames }, context).split("\n")).toEqual([
      "batch-outputs download './frame-1/$TaskOutput' --kind TaskOutput --include a.png --include b/c.png --job film-7 --task frame-1",
      "batch-outputs download './frame-1/$TaskLog' --kind TaskLog --include stdout.txt --job film-7 --task frame-1",
    ]);
  });

  it("names the container if its job is not known", () => {
    const command = formatDownloadCommand({ container, taskId: "t1" }, { config, jobId: undefined });
    expect(words(command)).toContain("https://films.blob.core.windows.net/job-film-7");
  });

  it("selects the store if the server provides the flags", () => {
    const source = { config: { ...config, storeArguments: ["--local"] }, jobId: "film-7" };
    expect(formatDownloadCommand({ container, taskId: "t1" }, source)).toMatch(/ --local$/);
  });

  it("escapes the pattern characters of a path", () => {
    const blobNames = ["t1/$TaskOutput/a*[1]{b}?.txt"];
    expect(words(formatDownloadCommand({ container, blobNames }, context))).toContain(
      String.raw`a\*\[1\]\{b\}\?.txt`,
    );
  });

  it.each([
    "plain",
    "two words",
    "it's",
    `"$(reboot)"`,
    "`reboot`",
    "a;b&c|d>e",
    "back\\slash",
    "~",
    "*",
    "--flag",
    "line\nbreak",
    "\u001b[31mred's\\",
    "\u202etxt.exe",
    "ü 日本",
    "",
  ])("is split by a shell into exactly its words: %j", (word) => {
    expect(words(formatShellLine(["first", word, "last"]))).toEqual(["first", word, "last"]);
  });

  it("contains no control character, which a terminal would execute when pasted", () => {
    expect(formatShellLine(["\u001b[2J", "a\rb", "\u202e"])).toMatch(/^[\x20-\x7e]+$/);
  });
});
