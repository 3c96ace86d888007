import { describe, expect, it } from "vitest";

import { runCli, setUpCliJob } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";

describe("an output whose name has a line break", () => {
  it("does not pretend to be another message", async () => {
    const job = await setUpCliJob();
    const container = useSharedAzurite().serviceClient().getContainerClient(job.containerName);
    const blob = container.getBlockBlobClient("t1/$TaskOutput/a\nDeleted 100 outputs.txt");
    await blob.upload("text", 4);
    const { leaseId } = await blob.getBlobLeaseClient().acquireLease(-1);
    expect(leaseId).toBeDefined();

    const folder = createTemporaryFolder();
    const downloaded = await runCli(["download", folder], { env: job.taskEnv });
    expect(downloaded.stderr).toMatch(/^renamed: "\$TaskOutput\/a\\x0aDeleted 100 outputs.txt" to /m);

    const deleted = await runCli(["delete", "TaskOutput", "--yes"], { env: job.taskEnv });
    expect(deleted.status).not.toBe(0);
    expect(deleted.stderr).toContain("failed: ");
    for (const { stderr } of [downloaded, deleted]) expect(stderr).not.toMatch(/^Deleted 100/m);
  });
});
