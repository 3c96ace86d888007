import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

import { runCli } from "../support/cli.js";

const has = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0;

/** What bash offers for a line, when Tab is pressed at its end. */
async function completed(line: string): Promise<string[]> {
  const { stdout: script } = await runCli(["completion", "bash"]);
  const words = line.split(" ");
  const program = `${script}
compopt() { :; }
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_batch_outputs
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", program], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

describe("completion", () => {
  it("offers commands, flags, their values and kinds in bash", async () => {
    expect(await completed("batch-outputs do")).toEqual(["download", "doctor"]);
    expect(await completed("batch-outputs list --ex")).toEqual(["--exclude"]);
    expect(await completed("batch-outputs save --overwrite ")).toEqual(["always", "never", "if-changed"]);
    expect(await completed("batch-outputs cat TaskL")).toEqual(["TaskLog"]);
    expect(await completed("batch-outputs download --kind Job")).toEqual(["JobOutput", "JobPreview"]);
    expect(await completed("batch-outputs help pre")).toEqual(["prepare"]);
  });

  it.each(["bash", "zsh", "fish"])("is a script that %s can read, with every command", async (shell) => {
    const { stdout, status, stderr } = await runCli(["completion", shell]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const name of ["save", "list", "output-files"]) expect(stdout).toContain(name);
    if (!has(shell)) return;
    expect(spawnSync(shell, ["-n"], { input: stdout, encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });

  it("refuses another shell", async () => {
    expect(await runCli(["completion", "tcsh"])).toMatchObject({ status: 2, stdout: "" });
  });
});
