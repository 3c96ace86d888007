import { describe, expect, it } from "vitest";

import { setUpCliJob, runCli, startCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { findClosedPort } from "./support/command-places.js";
import { startSilentServer } from "./support/silent-server.js";

const sas = "sv=2024-11-04&sr=c&sp=rl&se=2099-01-01T00%3A00%3A00Z&sig=c2lnbmF0dXJl";

describe("a store that does not answer", () => {
  it("is reported while requests are repeated, on standard error", async () => {
    const host = await startSilentServer();
    const env = { AZURE_BATCH_OUTPUTS_CONTAINER_URL: `http://${host}/account/job-x?${sas}` };
    const child = startCli(["list", "--json", "--request-timeout", "30s"], { env });
    let stderr = "";
    child.process.stderr?.on("data", (text: Buffer) => (stderr += text.toString()));
    await expect.poll(() => stderr).toContain(`No answer from ${host} for `);
    expect(stderr.split("\n")[0]).toBe(`No answer from ${host} yet, trying again.`);
    expect(stderr).not.toContain("sig=");
    child.process.kill("SIGTERM");
    expect((await child.ended).stdout).toBe("");
  });

  it("is named with the reason when run gives up", async () => {
    const give = async (host: string) => {
      const env = { AZURE_BATCH_OUTPUTS_CONTAINER_URL: `http://${host}/account/job-x?${sas}` };
      const flags = ["--task", "t1", "--give-up-after", "3s", "--spool-directory", createTemporaryFolder()];
      return await runCli(["run", ...flags, "--", process.execPath, "--version"], { env });
    };
    const silent = await startSilentServer();
    const given = await give(silent);
    expect(given.status).toBe(1);
    expect(given.stderr).toContain("NOT STORED");
    expect(given.stderr).toContain(`(--give-up-after, --grace). ${silent} has not answered for `);
    const closed = await findClosedPort();
    const refused = await give(`127.0.0.1:${closed}`);
    expect(refused.stderr).toMatch(
      new RegExp(`127\\.0\\.0\\.1:${closed} has not answered for .*: .*ECONNREFUSED`),
    );
    expect(refused.stderr).not.toContain("sig=");
  });

  it("is not reported if it answers, also with an error", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    expect((await runCli(["list"], { env: job.env })).stderr).not.toContain("No answer");
  });
});
