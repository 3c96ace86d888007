import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { requireDebianPackage, runDebianClient } from "../support/debian-client.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { createOutputContainer } from "../support/create-output-container.js";
import { expectEventually } from "../support/wait.js";
import { createAzEnvironment } from "./az-process.js";

const az = "/usr/bin/az";

it(
  "azure-cli (az batch) runs a job with dependencies and OutputFiles as it would on Azure",
  { timeout: 300_000 },
  async (context) => {
    requireDebianPackage(context, az, "azure-cli");
    const service = await startTestBatch();
    const outputs = await createOutputContainer();
    const folder = createTemporaryFolder();
    const environment = createAzEnvironment(service, folder);
    const batch = async (...args: readonly string[]): Promise<unknown> => {
      const output = await runDebianClient(az, ["batch", ...args, "--output", "json"], environment);
      return output.trim() === "" ? undefined : (JSON.parse(output) as unknown);
    };
    const inFile = async (name: string, content: object): Promise<string> => {
      await writeFile(join(folder, name), JSON.stringify(content));
      return join(folder, name);
    };
    const image = [
      "--image",
      "canonical:ubuntu-24_04-lts:server",
      "--node-agent-sku-id",
      "batch.node.ubuntu 24.04",
    ];
    await batch(
      "pool",
      "create",
      "--id",
      "pool",
      "--vm-size",
      "standard_d2s_v3",
      "--target-dedicated-nodes",
      "1",
      ...image,
    );
    const job = { id: "film", poolInfo: { poolId: "pool" }, usesTaskDependencies: true };
    await batch("job", "create", "--json-file", await inFile("job.json", job));
    const log = {
      filePattern: "../stdout.txt",
      destination: { container: { containerUrl: outputs.url, path: "second/$TaskLog/stdout.txt" } },
      uploadOptions: { uploadCondition: "taskCompletion" },
    };
    const tasks = [
      { id: "first", commandLine: "/bin/sh -c 'echo frame > frame.txt'" },
      {
        id: "second",
        commandLine: "/bin/sh -c 'echo two'",
        dependsOn: { taskIds: ["first"] },
        outputFiles: [log],
      },
    ];
    await batch("task", "create", "--job-id", "film", "--json-file", await inFile("tasks.json", tasks));
    const ofJob = ["--job-id", "film"];
    const ofFirst = [...ofJob, "--task-id", "first"];
    await expectEventually(
      async () =>
        (
          (await batch("task", "list", ...ofJob, "--select", "id,state")) as { id: string; state: string }[]
        ).map(({ id, state }) => [id, state]),
      [
        ["first", "completed"],
        ["second", "completed"],
      ],
    );
    const files = (await batch("task", "file", "list", ...ofFirst, "--recursive", "true")) as {
      name: string;
    }[];
    expect(files.map(({ name }) => name)).toContain("wd/frame.txt");
    const destination = join(folder, "frame.txt");
    await batch(
      "task",
      "file",
      "download",
      ...ofFirst,
      "--file-path",
      "wd/frame.txt",
      "--destination",
      destination,
    );
    expect(await readFile(destination, "utf8")).toBe("frame\n");
    expect(await outputs.read("second/$TaskLog/stdout.txt")).toBe("two\n");
    await batch("job", "delete", "--job-id", "film", "--yes");
    await batch("pool", "delete", "--pool-id", "pool", "--yes");
  },
);
