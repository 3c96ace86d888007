import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";

import { commands } from "../../src/cli/program/commands.js";
import { readCompletedCommands } from "../../src/cli/completion/completed-commands.js";
import { setUpCliJob, runCli } from "../support/cli.js";
import { requireTool } from "../support/required-tool.js";
import { openTerminal, type Terminal } from "../support/terminal.js";

const known = await readCompletedCommands(commands);
const kinds = ["JobOutput", "JobPreview", "TaskIntermediate", "TaskLog", "TaskOutput", "TaskPreview"];

async function scriptFor(shell: string): Promise<string> {
  const { stdout, stderr, status } = await runCli(["completion", shell]);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout;
}

function outputOf(shell: string, args: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(shell, args, { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((line) => line !== "");
}

/** What bash offers for each line when Tab is pressed at its end. */
async function offeredByBash(lines: readonly string[]): Promise<string[][]> {
  const ask = lines.map((line) => {
    const words = line.split(/ |(?<==)|(?==)/).map((word) => `'${word}'`);
    return `COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _batch_outputs; echo "\${COMPREPLY[*]}"`;
  });
  const script = [await scriptFor("bash"), "compopt() { :; }", ...ask].join("\n");
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((offer) => offer.split(" ").filter(Boolean).sort());
}

/** What fish offers, without the descriptions. */
async function offeredByFish(lines: readonly string[]): Promise<string[][]> {
  const ask = lines.map((line) => `complete -C 'batch-outputs ${line}'; echo ==`).join("\n");
  const script = await scriptFor("fish");
  const all = outputOf("fish", ["--no-config", "-c", `${script}\ncd (mktemp -d)\n${ask}`]);
  const offers: string[][] = [[]];
  for (const line of all) {
    if (line === "==") offers.push([]);
    else offers.at(-1)?.push(line.split("\t")[0] ?? "");
  }
  return offers.slice(0, -1).map((offer) => offer.sort());
}

const startOf = {
  bash: { shell: ["bash", "--norc", "--noprofile"], load: "source <(batch-outputs completion bash)" },
  zsh: {
    shell: ["zsh", "-f"],
    load: 'PS1="$ "; autoload -U compinit; compinit -D; eval "$(batch-outputs completion zsh)"',
  },
  fish: {
    shell: ["fish", "--no-config"],
    load: "function fish_prompt; echo -n '$ '; end; batch-outputs completion fish | source",
  },
} as const;
type Shell = keyof typeof startOf;
const shells = Object.keys(startOf) as Shell[];

/** A terminal whose shell has loaded its script, as its user does. */
async function shellWithCompletion(name: Shell): Promise<Terminal> {
  const { taskEnv } = await setUpCliJob();
  const { shell, load } = startOf[name];
  const terminal = await openTerminal({ shell, env: { ...taskEnv, SHELL: name }, columns: 120 });
  await terminal.enter(`${load}; clear`);
  await terminal.waitUntil(/^\$$/);
  return terminal;
}

/** Types the beginning of a line, presses Tab, waits for the line to be that, and takes it away again. */
async function completes(terminal: Terminal, typed: string, line: string): Promise<void> {
  await terminal.type(`batch-outputs ${typed}`);
  await terminal.press("Tab");
  await terminal.waitUntil(`$ batch-outputs ${line}`);
  await terminal.press("C-u");
  await terminal.waitUntil(/\$$/);
}

describe("completion in bash", () => {
  it("offers every command, its flags, their values and kinds", async () => {
    const all = known.map(({ name, flags }) => [name, flags.flatMap(({ names }) => names).sort()] as const);
    const names = [...all.map(([name]) => name), "help"].sort();
    const [first, ...flags] = await offeredByBash([
      "batch-outputs ",
      ...all.map(([name]) => `batch-outputs ${name} -`),
    ]);
    expect(first).toEqual([...names, "--help", "--version"].sort());
    expect(flags).toEqual(all.map(([, found]) => found));
    expect(
      await offeredByBash([
        "batch-outputs save --overwrite ",
        "batch-outputs cat TaskL",
        "batch-outputs list --json Job",
        "batch-outputs download --kind=Job",
        "batch-outputs list -k ",
        "batch-outputs run --log-kind TaskO",
        "batch-outputs help pre",
        "batch-outputs completion ",
        "batch-outputs tail --task ",
        "batch-outputs run -- --",
      ]),
    ).toEqual([
      ["always", "if-changed", "never"],
      ["TaskLog"],
      ["JobOutput", "JobPreview"],
      ["JobOutput", "JobPreview"],
      kinds,
      ["TaskOutput"],
      ["prepare"],
      ["bash", "fish", "zsh"],
      [],
      [],
    ]);
  });
});

describe("completion in fish", () => {
  beforeEach((context) => {
    requireTool(context, "fish");
  });

  it("offers every command, its flags, their values and kinds", async () => {
    const all = known.map(
      ({ name, flags }) =>
        [name, flags.flatMap(({ names }) => names.filter((flag) => flag.startsWith("--"))).sort()] as const,
    );
    const [first, ...flags] = await offeredByFish(["", ...all.map(([name]) => `${name} --`)]);
    expect(first).toEqual([...all.map(([name]) => name), "help"].sort());
    expect(flags).toEqual(all.map(([, found]) => found));
    expect(
      await offeredByFish([
        "save --overwrite ",
        "cat TaskL",
        "list --json Job",
        "download --kind ",
        "run --log-kind TaskO",
        "help pre",
        "completion ",
        "tail --task ",
      ]),
    ).toEqual([
      ["always", "if-changed", "never"],
      ["TaskLog"],
      ["JobOutput", "JobPreview"],
      kinds,
      ["TaskOutput"],
      ["prepare"],
      ["bash", "fish", "zsh"],
      [],
    ]);
  });
});

describe.each(shells)("in a terminal with %s, Tab", (name) => {
  beforeEach((context) => {
    requireTool(context, name);
    requireTool(context, "tmux", "-V");
  });

  it("completes commands, flags, their values and kinds", async () => {
    const terminal = await shellWithCompletion(name);
    await completes(terminal, "doct", "doctor");
    await completes(terminal, "list --excl", "list --exclude");
    await completes(terminal, "save --overwrite nev", "save --overwrite never");
    await completes(terminal, "cat TaskL", "cat TaskLog");
    await completes(terminal, "prune --kind TaskI", "prune --kind TaskIntermediate");
    await completes(terminal, "completion fi", "completion fish");
    await completes(terminal, "help output-f", "help output-files");
  });

  it("completes the flags of every command", async () => {
    const terminal = await shellWithCompletion(name);
    for (const command of known) await completes(terminal, `${command.name} --hel`, `${command.name} --help`);
  });

  it("completes names of files, whatever characters they contain", async () => {
    const terminal = await shellWithCompletion(name);
    const file = `it's $(touch pwned) "a; b".csv`;
    writeFileSync(join(terminal.folder, file), "");
    await terminal.type("batch-outputs save --dry-run TaskOutput it");
    await terminal.press("Tab");
    await terminal.waitUntil(".csv");
    await terminal.press("Enter");
    await terminal.waitUntil(`as TaskOutput "${file}"`);
    expect(existsSync(join(terminal.folder, "pwned"))).toBe(false);
  });
});

describe("completion", () => {
  it("rejects another shell", async () => {
    expect(await runCli(["completion", "tcsh"])).toMatchObject({ status: 2, stdout: "" });
  });
});
