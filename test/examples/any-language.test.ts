import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

import { cliPath } from "../support/cli.js";
import { startAzurite } from "../support/azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

const example = join(import.meta.dirname, "../../examples/any-language");
const missing = ["python3", "bash"].filter((name) => spawnSync(name, ["--version"]).status !== 0);
// On a machine without them there is nothing to show; CI has to have them.
const isSkipped = missing.length > 0 && process.env["CI"] === undefined;

test.skipIf(isSkipped)(
  `a job of Python and bash tasks keeps its outputs by kind${isSkipped ? `: needs ${missing.join(" and ")}` : ""}`,
  async () => {
    await using azurite = await startAzurite();
    const bin = createTemporaryFolder();
    chmodSync(cliPath, 0o755);
    symlinkSync(cliPath, join(bin, "batch-outputs"));
    const env = {
      PATH: [bin, process.env["PATH"]].join(delimiter),
      TMPDIR: createTemporaryFolder(),
      AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
    };
    const job = spawn(join(example, "run-job.sh"), ["weather-1"], { env, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout, stderr, [status]] = await Promise.all([
      text(job.stdout),
      text(job.stderr),
      once(job, "close") as Promise<[number]>,
    ]);
    expect({ status, stderr: stderr.includes("NOT STORED") ? stderr : "" }).toEqual({
      status: 0,
      stderr: "",
    });

    const outputs = (args: readonly string[]): string =>
      execFileSync(join(bin, "batch-outputs"), args, {
        env: { ...env, AZ_BATCH_JOB_ID: "weather-1" },
      }).toString();
    const listed = outputs(["list", "--all-tasks", "--json"])
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map(({ taskId, kind, path }) => [taskId ?? "", kind, path].map(String).join(" "));
    const years = ["2012", "2013", "2014", "2015"];
    expect(listed.toSorted()).toEqual(
      [
        " JobOutput warmest-months.csv",
        ...years.flatMap((year) => [
          `year-${year} TaskLog stderr.txt`,
          `year-${year} TaskLog stdout.txt`,
          `year-${year} TaskOutput results/${year}.csv`,
          `year-${year} TaskPreview preview/chart.svg`,
        ]),
        "warmest TaskLog stderr.txt",
        "warmest TaskLog stdout.txt",
      ].toSorted(),
    );

    // The same figures, from the data themselves.
    const rows = readFileSync(join(example, "data/seattle-weather.csv"), "utf8").trim().split("\n").slice(1);
    const july = rows.filter((row) => row.startsWith("2015-07-")).map((row) => Number(row.split(",")[2]));
    const mean = july.reduce((sum, high) => sum + high, 0) / july.length;
    const table = outputs(["cat", "JobOutput", "warmest-months.csv"]).trim().split("\n");
    expect(table).toHaveLength(6);
    expect(table[1]?.split(",")).toEqual([
      "2015-07",
      "31",
      expect.any(String),
      mean.toFixed(1),
      Math.max(...july).toFixed(1),
    ]);
    expect(stdout).toContain("the warmest month was 2015-07");
    expect(outputs(["tail", "-n", "1", "--task", "year-2012"])).toMatch(/^Dec 2012: 31 days, /);
  },
);

test.skipIf(isSkipped)(
  `a task that fails keeps what tells why${isSkipped ? `: needs ${missing.join(" and ")}` : ""}`,
  async () => {
    await using azurite = await startAzurite();
    const env = {
      PATH: process.env["PATH"],
      AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
      AZ_BATCH_JOB_ID: "weather-1",
      AZ_BATCH_TASK_ID: "year-1850",
    };
    const cwd = createTemporaryFolder();
    const cli = (...args: string[]) =>
      spawnSync(process.execPath, [cliPath, ...args], { env, cwd, encoding: "utf8" });
    expect(cli("prepare").status).toBe(0);
    const data = join(example, "data/seattle-weather.csv");
    const program = ["python3", join(example, "climate.py"), data, "1850"];
    const run = cli("run", "--outputs-file", join(example, "outputs.yaml"), "--", ...program);
    expect(run).toMatchObject({ status: 1, stdout: "" });
    expect(cli("cat", "TaskIntermediate", "missing-year.txt").stdout).toBe(`${data} has no day of 1850\n`);
    expect(cli("tail", "stderr.txt").stdout).toContain("has no day of 1850");
  },
);
