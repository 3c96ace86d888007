import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { packageVersion } from "../../src/core/index.js";

import { commands } from "../../src/cli/program/commands.js";
import { loadCommand } from "../../src/cli/program/create-program.js";
import { runCli } from "../support/cli.js";

const names = commands.map(({ name }) => name);

describe("help", () => {
  it("lists every command", async () => {
    const { stdout, status, stderr } = await runCli(["--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const { name, summary } of commands)
      expect(stdout).toMatch(new RegExp(`^  ${name} .*${summary.slice(0, 20)}`, "m"));
    expect(stdout).toContain("Exit status: 0 done");
  });

  it.each(names)("of %s has its arguments, its flags and examples", async (name) => {
    const { stdout, status, stderr } = await runCli([name, "--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: batch-outputs ${name}`));
    const examples = stdout.split("\nExamples:\n")[1] ?? "";
    const lines = examples.split("\n").filter((line) => line.startsWith("  $ "));
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toContain("batch-outputs");
    expect((await runCli(["help", name])).stdout).toBe(stdout);
  });

  it("is in docs/reference/cli-help.md, which vitest --update rewrites", async () => {
    const texts = await Promise.all(
      names.map(
        async (name) =>
          `## ${name}\n\n\`\`\`text\n${(await runCli([name, "--help"])).stdout.trim()}\n\`\`\`\n`,
      ),
    );
    const page = `# The help of all commands\n\nThe tests write this page, from \`--help\`.\n\n${texts.join("\n")}`;
    await expect(page).toMatchFileSnapshot("../../docs/reference/cli-help.md");
    // Windows programs that read it, such as more.com, take it for a text of the console's code page.
    expect(page).not.toMatch(/[^\x20-\x7e\n]/);
  });

  it("fits a narrow terminal", async () => {
    const { stdout } = await runCli(["list", "--help"], { env: { COLUMNS: "76" } });
    const [withoutExamples = ""] = stdout.split("\nExamples:\n");
    expect(Math.max(...withoutExamples.split("\n").map((line) => line.length))).toBeLessThanOrEqual(76);
  });

  it("goes to standard error, with status 2, if a command is missing or unknown", async () => {
    const none = await runCli([]);
    expect(none).toMatchObject({ status: 2, stdout: "" });
    expect(none.stderr).toContain("Usage: batch-outputs");
    const wrong = await runCli(["lst"]);
    expect(wrong).toMatchObject({ status: 2, stdout: "" });
    expect(wrong.stderr).toContain("Did you mean list?");
  });

  it("has a version", async () => {
    expect(await runCli(["--version"])).toMatchObject({
      status: 0,
      stdout: `${packageVersion}\n`,
      stderr: "",
    });
  });
});

describe("every flag", () => {
  it.each(commands)("of $name has a variable, as the rule for their names says", async (entry) => {
    const command = new Command(entry.name);
    await loadCommand(entry, command);
    const own = new Set([
      "AZ_BATCH_JOB_ID",
      "AZ_BATCH_TASK_ID",
      "AZURE_STORAGE_CONNECTION_STRING",
      "AZURE_STORAGE_ACCOUNT_URL",
      "AZURE_BATCH_ENDPOINT",
      "AZURE_BATCH_ACCOUNT",
      "AZURE_BATCH_ACCESS_KEY",
    ]);
    for (const { long, envVar } of command.options) {
      const byRule = `AZURE_BATCH_OUTPUTS_${(long ?? "").slice(2).toUpperCase().replaceAll("-", "_")}`;
      expect(envVar === byRule || own.has(envVar ?? "")).toBe(true);
    }
  });
});
