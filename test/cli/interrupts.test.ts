import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { listBlobNames, setUpCliJob, putBlob, startCli } from "../support/cli.js";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.js";
import { makeGate } from "../support/faults.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

const through = (proxy: FaultProxy): string =>
  useSharedAzurite().connectionString.replace(useSharedAzurite().blobEndpoint, proxy.endpoint);

/** A large save that waits for the gate at its second block. */
async function startedSave() {
  const job = await setUpCliJob();
  const proxy = await startFaultProxy(useSharedAzurite().blobEndpoint);
  const gate = makeGate();
  let blocks = 0;
  proxy.onRequest = ({ operation }) => {
    if (operation !== "PutBlock") return undefined;
    blocks += 1;
    return blocks === 1 ? undefined : { kind: "delay", until: gate.opened };
  };
  const cwd = createTemporaryFolder();
  writeFileSync(join(cwd, "big.bin"), Buffer.alloc(40 * 1024 * 1024));
  const child = startCli(["save", "TaskOutput", "big.bin"], {
    cwd,
    env: { ...job.taskEnv, AZURE_STORAGE_CONNECTION_STRING: through(proxy) },
  });
  await proxy.waitForRequest(({ operation, status }) => operation === "PutBlock" && status === 201);
  await proxy.waitForRequest(({ operation, status }) => operation === "PutBlock" && status === undefined);
  return { job, proxy, gate, child };
}

describe.runIf(process.platform !== "win32")("Ctrl-C", () => {
  it("once ends a save cleanly: nothing is stored, and the status is 130", async () => {
    const { job, proxy, gate, child } = await startedSave();
    child.process.kill("SIGINT");
    const { status, stdout, stderr } = await child.ended;
    gate.open();
    expect(status).toBe(130);
    expect({ stdout, stderr }).toEqual({
      stdout: "",
      stderr: "Stopping; press Ctrl-C again to stop immediately.\n",
    });
    expect(await listBlobNames(job)).toEqual([]);
    await proxy.stop();
  });

  it("once ends a download cleanly: no complete or partial file is left", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/big.bin", Buffer.alloc(40 * 1024 * 1024));
    await using proxy = await startFaultProxy(useSharedAzurite().blobEndpoint);
    const gate = makeGate();
    let ranges = 0;
    proxy.onRequest = ({ operation }) => {
      if (operation !== "GetBlob") return undefined;
      ranges += 1;
      return ranges === 1 ? undefined : { kind: "delay", until: gate.opened };
    };
    const cwd = createTemporaryFolder();
    const child = startCli(["download", "-k", "TaskOutput"], {
      cwd,
      env: { ...job.taskEnv, AZURE_STORAGE_CONNECTION_STRING: through(proxy) },
    });
    await proxy.waitForRequest(({ operation, nth }) => operation === "GetBlob" && nth === 2);
    child.process.kill("SIGINT");
    expect((await child.ended).status).toBe(130);
    gate.open();
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("twice stops at once", async () => {
    const { proxy, gate, child } = await startedSave();
    const heard = new Promise((resolve) => child.process.stderr?.once("data", resolve));
    // The first is heard before the second comes: two at the same moment are one signal.
    child.process.kill("SIGINT");
    await heard;
    child.process.kill("SIGINT");
    expect((await child.ended).status).toBe(130);
    gate.open();
    await proxy.stop();
  });

  it("SIGTERM, with which Batch ends a task, does the same with its own status", async () => {
    const { job, proxy, gate, child } = await startedSave();
    child.process.kill("SIGTERM");
    const { status, stderr } = await child.ended;
    gate.open();
    expect(status).toBe(143);
    expect(stderr).toBe("Stopping (SIGTERM).\n");
    expect(await listBlobNames(job)).toEqual([]);
    await proxy.stop();
  });
});
