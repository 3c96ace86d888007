import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";

import { describeArgumentName, argumentWords } from "../../src/cli/errors/argument-words.js";
import { explain } from "../../src/cli/errors/explain.js";
import { commands } from "../../src/cli/program/commands.js";
import { loadCommand } from "../../src/cli/program/create-program.js";
import { argumentRangeError, BatchOutputsError } from "../../src/core/index.js";
import { setUpCliJob, runCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

/** Flags whose values no argument of the library stands for: the command line itself checks them, or any value is right. */
const ownFlags = new Set([
  ...[
    "--all",
    "--all-tasks",
    "--all-jobs",
    "--no-task",
    "--whole-job",
    "--local",
    "--json",
    "--dry-run",
    "--yes",
  ],
  ...[
    "--no-progress",
    "--progress-interval",
    "--quiet",
    "--once",
    "--until-pid",
    "--allow-missing",
    "--adaptive",
  ],
  ...[
    "--follow",
    "--lines",
    "--raw",
    "--decode",
    "--timestamps",
    "--older-than",
    "--by",
    "--outcome",
    "--save",
    "--logs",
    "--no-logs",
    "--no-line-times",
    "--log-kind",
  ],
  ...["--on-save-failure", "--spool-directory", "--drain", "--grace", "--give-up-after", "--with-sas"],
  ...["--port", "--no-open", "--allow-delete", "--folder", "--azurite-port", "--application-packages"],
  ...[
    "--batch-account",
    "--no-wait",
    "--restore",
    "--accept-unverified-tokens",
    "--tls",
    "--result",
    "--directory",
    "--on-preempt",
  ],
  ...["--group", "--since", "--failed", "--limit", "--jobs"],
  ...["--flatten", "--no-task", "--run-records", "--batch-properties", "--batch-api-version", "--output"],
  ...[
    "--ignore-case",
    "--invert-match",
    "--fixed-strings",
    "--line-number",
    "--count",
    "--files-with-matches",
    "--max-count",
    "--after-context",
    "--before-context",
    "--context",
  ],
]);

async function allCommands(): Promise<Command[]> {
  return await Promise.all(
    commands.map(async (entry) => {
      const command = new Command(entry.name);
      await loadCommand(entry, command);
      return command;
    }),
  );
}

describe("the words for arguments", () => {
  it("name flags and arguments that a command has", async () => {
    const known = new Set(
      (await allCommands()).flatMap((command) => [
        ...command.options.map(({ long }) => long),
        ...command.registeredArguments.map((argument) => argument.name()),
      ]),
    );
    for (const word of Object.values(argumentWords).flat()) expect(known).toContain(word);
  });

  it("cover every flag whose value is passed to the library", async () => {
    const covered = new Set<string>([...Object.values(argumentWords).flat(), ...ownFlags]);
    const missing = (await allCommands()).flatMap((command) =>
      command.options
        .map(({ long }) => long ?? "")
        .filter((flag) => !covered.has(flag))
        .map((flag) => `${command.name()} ${flag}`),
    );
    expect(missing).toEqual([]);
  });

  it("depend on the flags of the command, also for members of an option", () => {
    expect(describeArgumentName("kind", { arguments: ["kind"], flags: [] })).toBe("the argument <kind>");
    expect(describeArgumentName("kind", { arguments: [], flags: ["--kind"] })).toBe("--kind");
    expect(describeArgumentName("options.metadata.team", undefined)).toBe("--metadata");
    expect(describeArgumentName("unheardOf", undefined)).toBe("unheardOf");
  });
});

describe("a wrong value", () => {
  it.each([
    ["--exclude", ["save", "TaskOutput", "a", "--exclude", "!b"]],
    ["<patterns>", ["save", "TaskOutput", "!a"]],
    ["<kind>", ["save", "Task\nOutput", "a"]],
    ["--destination", ["save", "TaskOutput", "a", "--destination", "/b/"]],
    ["--metadata", ["save", "TaskOutput", "package.json", "--metadata", "a b=c"]],
    ["--content-type", ["save", "TaskOutput", "package.json", "--content-type", "a\nb"]],
    ["--concurrency", ["save", "TaskOutput", "package.json", "--concurrency", "5000"]],
    ["--include", ["download", "--include", "!a"]],
    ["--kind", ["download", "--kind", "a/b"]],
    ["--log-kind", ["run", "--log-kind", "a/b", "--", "true"]],
    ["--lifetime", ["url", "--lifetime", "0.1s"]],
    ["--permissions", ["url", "--permissions", "?"]],
    ["--max-tries", ["list", "--max-tries", "x"]],
    ["<files>", ["track", "logs/"]],
    ["--destination", ["track", "a.log", "--destination", "/b/"]],
  ])("of %s exits with 2, and is reported by that name", async (name, args) => {
    const job = await setUpCliJob();
    const { status, stderr } = await runCli(args, { env: args[0] === "url" ? job.env : job.taskEnv });
    expect(stderr).toContain(name);
    expect(stderr).not.toContain("options.");
    expect(status).toBe(2);
  });

  it.each([
    ["an unknown flag", ["list", "--conection-string=AccountKey=c2VjcmV0"]],
    ["an unknown command", ["AccountName=a;AccountKey=c2VjcmV0"]],
    ["a number", ["list", "--max-tries", "AccountKey=c2VjcmV0"]],
    ["a choice", ["usage", "--by", "AccountKey=c2VjcmV0"]],
    ["a job", ["list", "--job", "AccountKey = c2VjcmV0"]],
    ["a URL", ["list", "--container-url", "c2VjcmV0"]],
    [
      "a URL with the SAS in its path",
      ["list", "--container-url", "https://a.blob.core.windows.net/j;sig=c2VjcmV0"],
    ],
  ])("that may be a credential is not repeated: %s", async (_, args) => {
    const { status, stderr, stdout } = await runCli(args, { env: {} });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).not.toContain("c2VjcmV0");
  });
});

describe("an absolute path without a destination", () => {
  it.each([
    ["--destination", ["track", "/var/log/app.log"]],
    ["destination", ["track", "--outputs-file", "outputs.json"]],
    ["destination", ["run", "--outputs-file", "outputs.json", "--", "true"]],
  ])("is refused with what allows it, %s", async (allowing, args) => {
    const { taskEnv: env } = await setUpCliJob();
    const cwd = createTemporaryFolder();
    const tracked = [{ file: "/var/log/app.log", kind: "TaskLog" }];
    writeFileSync(join(cwd, "outputs.json"), JSON.stringify({ tracked }));
    const { status, stderr } = await runCli(args, { env, cwd });
    expect(stderr).toContain(
      `must be a relative path, but is "/var/log/app.log" (allowed with ${allowing}).`,
    );
    expect(stderr).not.toContain("options.");
    expect(status).toBe(2);
  });
});

describe("an error of a tracked file", () => {
  it("that was never created is reported with the flag that allows it", async () => {
    const { taskEnv: env } = await setUpCliJob();
    const cwd = createTemporaryFolder();
    const { status, stderr } = await runCli(["track", "never.log", "--once"], { env, cwd });
    expect(stderr).toContain("use --allow-missing");
    expect(stderr).not.toContain("allowMissingSource");
    expect(status).toBe(3);
  });

  it("that is already stored is reported with the flag for existing logs", async () => {
    const { taskEnv: env } = await setUpCliJob();
    const cwd = createTemporaryFolder();
    writeFileSync(join(cwd, "app.log"), "text");
    await runCli(["track", "app.log", "--once"], { env, cwd });
    writeFileSync(join(cwd, "app.log"), "another text");
    const args = ["track", "app.log", "--once", "--on-existing", "fail"];
    const { status, stderr } = await runCli(args, { env, cwd });
    expect(stderr).toContain("--on-existing");
    expect(stderr).not.toContain("onExisting");
    expect(status).toBe(1);
  });
});

describe("explain", () => {
  it("words a hint for the command line, and leaves out the library's", () => {
    const error = new BatchOutputsError("ContainerNotPrepared", "There is no container.", {
      hint: { action: "prepare-output-storage", jobId: "film" },
    });
    expect(explain(error)).toBe(
      "There is no container. Run `batch-outputs prepare --job film` before outputs are saved. (ContainerNotPrepared)",
    );
  });

  it("words an argument error as a sentence", () => {
    expect(explain(argumentRangeError("options.exclude", "must not be empty"))).toBe(
      "--exclude must not be empty.",
    );
  });
});
