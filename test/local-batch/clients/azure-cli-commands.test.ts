import { mkdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { createOutputContainer } from "../support/create-output-container.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { requireDebianPackage } from "../support/debian-client.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";
import { createAzEnvironment, startAz } from "./az-process.js";

/** The commands for operations that Azure has retired, and that the local service refuses. */
const retired = [
  "certificate create",
  "certificate delete",
  "certificate list",
  "certificate show",
  "job all-statistics show",
  "pool all-statistics show",
];

it(
  "azure-cli: every command of az batch for the operations of the service works",
  { timeout: 600_000 },
  async (context) => {
    requireDebianPackage(context, "/usr/bin/az", "azure-cli");
    const [folder, packages] = [createTemporaryFolder(), createTemporaryFolder()];
    mkdirSync(join(packages, "blender", "4.2"), { recursive: true });
    const service = await startTestBatch({ applicationPackages: packages });
    const outputs = await createOutputContainer();
    await using az = startAz(createAzEnvironment(service, folder));
    const tried = new Set<string>();
    const run = async (command: string, args: readonly string[] = []) => {
      tried.add(command);
      return az.run(["batch", ...command.split(" "), ...args, "--output", "json"]);
    };
    /** Runs a command that has to succeed. Returns its output. */
    const does = async (command: string, ...args: readonly string[]): Promise<unknown> => {
      const { status, output, errors } = await run(command, args);
      if (status !== 0) throw new Error(`az batch ${command} ${args.join(" ")}: ${errors}`);
      return output.trim() === "" ? undefined : (JSON.parse(output) as unknown);
    };
    const inFile = async (name: string, content: object): Promise<string> => {
      await writeFile(join(folder, name), JSON.stringify(content));
      return join(folder, name);
    };
    const [pool, job] = [
      ["--pool-id", "pool"],
      ["--job-id", "film"],
    ];

    expect(await does("application summary list")).toMatchObject([{ id: "blender", versions: ["4.2"] }]);
    expect(await does("application summary show", "--application-id", "blender")).toMatchObject({
      id: "blender",
    });
    expect(await does("pool supported-images list", "--filter", "osType eq 'linux'")).not.toEqual([]);
    await does(
      "pool create",
      ...["--id", "pool", "--vm-size", "standard_d2s_v3", "--target-dedicated-nodes", "2"],
      ...["--image", "canonical:ubuntu-24_04-lts:server", "--node-agent-sku-id", "batch.node.ubuntu 24.04"],
    );
    await does("pool create", ...["--json-file", await inFile("cloud.json", cloudPool)]);
    await expectEventually(
      async () => does("pool node-counts list"),
      expect.arrayContaining([expect.objectContaining({ poolId: "pool" })]),
    );
    const readNodes = async () =>
      (await does("node list", ...pool)) as readonly { id: string; state: string }[];
    await expectEventually(async () => (await readNodes()).map(({ state }) => state), ["idle", "idle"]);
    expect(await does("pool list", "--select", "id")).toHaveLength(2);
    await does("pool set", ...pool, "--metadata", "owner=anna");
    expect(await does("pool show", ...pool)).toMatchObject({ metadata: [{ name: "owner", value: "anna" }] });
    await does("pool reset", ...pool, "--metadata", "owner=bert");
    await does("pool resize", ...pool, "--target-dedicated-nodes", "2");
    await does("pool resize", ...pool, "--abort");
    await does(
      "pool autoscale enable",
      "--pool-id",
      "cloud",
      "--auto-scale-formula",
      "$TargetDedicatedNodes=0",
    );
    const formula = ["--auto-scale-formula", "$TargetDedicatedNodes=1"];
    expect(await does("pool autoscale evaluate", "--pool-id", "cloud", ...formula)).toMatchObject({
      results: expect.stringContaining("$TargetDedicatedNodes=1") as string,
    });
    await does("pool autoscale disable", "--pool-id", "cloud");
    await does("pool usage-metrics list");

    await does("job create", "--json-file", await inFile("job.json", filmJob));
    await does("job set", ...job, "--priority", "5");
    expect(await does("job show", ...job)).toMatchObject({ priority: 5 });
    await does("job reset", ...job, "--pool-id", "pool", "--priority", "3");
    // The client itself refuses every value that it requires of this command (version 2.45).
    const disabling = await run("job disable", [...job, "--disable-tasks", "requeue"]);
    if (disabling.status !== 0) {
      expect(disabling.errors).toContain("not a valid value for '--disable-tasks'");
      await sendBatchRequest(service, "POST", "/jobs/film/disable", { body: { disableTasks: "requeue" } });
    }
    await does("job enable", ...job);
    expect(await does("job list", "--select", "id")).toMatchObject([{ id: "film" }]);

    await does(
      "task create",
      ...job,
      "--task-id",
      "frame",
      "--command-line",
      "/bin/sh -c 'echo hello >out.txt'",
    );
    const failing = { id: "failing", commandLine: "false" };
    const many = { id: "many", commandLine: "true", multiInstanceSettings: coordination };
    await does("task create", ...job, "--json-file", await inFile("tasks.json", [failing, many]));
    const readTasks = async () =>
      ((await does("task list", ...job)) as readonly { id: string; state: string }[]).map(
        ({ id, state }) => `${id} ${state}`,
      );
    await expectEventually(readTasks, ["failing completed", "frame completed", "many completed"]);
    expect(await does("task subtask list", ...job, "--task-id", "many")).not.toEqual([]);
    expect(await does("job task-counts show", ...job)).toMatchObject({ taskCounts: { completed: 3 } });
    const frame = [...job, "--task-id", "frame"];
    expect(await does("task show", ...frame)).toMatchObject({ executionInfo: { exitCode: 0 } });
    expect(await does("task file list", ...frame, "--recursive", "true")).toContainEqual(
      expect.objectContaining({ name: "wd/out.txt" }),
    );
    const file = [...frame, "--file-path", "wd/out.txt"];
    await does("task file show", ...file);
    await does("task file download", ...file, "--destination", join(folder, "out.txt"));
    expect(await readFile(join(folder, "out.txt"), "utf8")).toBe("hello\n");
    await does("task file delete", ...file, "--yes");
    await does("task reactivate", ...job, "--task-id", "failing");
    await does("task create", ...job, "--task-id", "long", "--command-line", "sleep 600");
    await does("task reset", ...job, "--task-id", "long", "--max-task-retry-count", "1");
    await does("task stop", ...job, "--task-id", "long");
    await does("task delete", ...job, "--task-id", "long", "--yes");
    await does("job prep-release-status list", ...job);

    const [first = { id: "" }, second = { id: "" }] = await readNodes();
    const node = [...pool, "--node-id", first.id];
    await does("node show", ...node);
    await does("node user create", ...node, "--name", "anna", "--password", "A password of 1 user");
    await does("node user reset", ...node, "--user-name", "anna", "--password", "Another password of 1");
    await does("node user delete", ...node, "--user-name", "anna", "--yes");
    await does("node remote-login-settings show", ...node);
    await does("node remote-desktop download", ...node, "--destination", join(folder, "node.rdp"));
    await does("node scheduling disable", ...node);
    await does("node scheduling enable", ...node);
    await does(
      "node service-logs upload",
      ...[...node, "--container-url", outputs.url, "--start-time", "2026-01-01T00:00:00Z"],
    );
    const nodeFiles = (await does("node file list", ...node, "--recursive", "true")) as readonly {
      name: string;
    }[];
    const { name: nodePath = "" } = nodeFiles.find(({ name }) => name.endsWith("stdout.txt")) ?? {};
    const nodeFile = [...node, "--file-path", nodePath];
    await does("node file show", ...nodeFile);
    await does("node file download", ...nodeFile, "--destination", join(folder, "startup.txt"));
    await does("node file delete", ...nodeFile, "--yes");
    await does("node reboot", ...node);
    await expectEventually(async () => (await readNodes())[0]?.state, "idle");
    const { status, errors } = await run("node reimage", node);
    // Only nodes of cloud services could be reimaged in the version that this client sends.
    expect([status, errors]).toEqual([1, expect.stringContaining("Operation reimage")]);
    await does("node delete", ...pool, "--node-list", second.id);

    const schedule = ["--job-schedule-id", "daily"];
    await does("job-schedule create", "--json-file", await inFile("schedule.json", dailySchedule));
    await does("job-schedule show", ...schedule);
    await does("job-schedule set", ...schedule, "--recurrence-interval", "PT5H");
    await does("job-schedule reset", ...schedule, "--json-file", await inFile("reset.json", dailyChange));
    await does("job-schedule disable", ...schedule);
    await does("job-schedule enable", ...schedule);
    expect(await does("job-schedule list")).toHaveLength(1);
    await does("job list", ...schedule);
    await does("job-schedule stop", ...schedule);
    await does("job-schedule delete", ...schedule, "--yes");

    await does("job stop", ...job);
    await does("job delete", ...job, "--yes");
    await does("pool delete", ...pool, "--yes");

    const certificate = ["--thumbprint", "0123456789abcdef"];
    await writeFile(join(folder, "a.cer"), "certificate");
    for (const command of retired) {
      const isNamed = command === "certificate show" || command === "certificate delete";
      const args = command === "certificate create" ? ["--certificate-file", join(folder, "a.cer")] : [];
      const refused = await run(command, [
        ...(isNamed || args.length > 0 ? certificate : []),
        ...args,
        ...(command === "certificate delete" ? ["--yes"] : []),
      ]);
      expect([command, refused.status, refused.errors]).toEqual([
        command,
        1,
        expect.stringContaining("does not represent any resource"),
      ]);
    }
    expect(tried.size).toBeGreaterThan(65);
  },
);

const cloudPool = {
  id: "cloud",
  vmSize: "standard_d2s_v3",
  cloudServiceConfiguration: { osFamily: "6" },
  targetDedicatedNodes: 0,
};

const filmJob = {
  id: "film",
  poolInfo: { poolId: "pool" },
  jobPreparationTask: { commandLine: "true" },
};

const coordination = { numberOfInstances: 2, coordinationCommandLine: "true" };

const dailySchedule = {
  id: "daily",
  schedule: { recurrenceInterval: "P1D" },
  jobSpecification: { poolInfo: { poolId: "cloud" } },
};

const dailyChange = {
  schedule: { recurrenceInterval: "P2D" },
  jobSpecification: { poolInfo: { poolId: "cloud" } },
};
