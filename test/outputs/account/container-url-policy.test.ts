import { describe, expect, it } from "vitest";
import { JobOutputStorage } from "../../../src/outputs/index.js";
import { captureOurError } from "../../support/capture-error.js";
import { collectAll, setUpOutputs } from "../../support/output-fixture.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";

describe("a container URL with a stored access policy", () => {
  it("grants the policy's permissions until the policy is removed", async () => {
    const { client, jobId } = await setUpOutputs();
    await client.getJobOutputStorage(jobId).saveText("JobOutput", "x", "a.txt");
    const { containerClient } = client.getJobOutputStorage(jobId);
    const name = containerClient.containerName;
    const container = useSharedAzurite().serviceClient().getContainerClient(name);
    const accessPolicy = { permissions: "rl", expiresOn: new Date(Date.now() + 86_400_000) };
    await container.setAccessPolicy(undefined, [{ id: "tasks", accessPolicy }]);
    const url = await client.getOutputStorageContainerUrl(jobId, { policyId: "tasks" });
    const query = new URL(url).searchParams;
    expect(query.get("si")).toBe("tasks");
    expect([query.get("se"), query.get("sp"), query.get("st")]).toEqual([null, null, null]);
    const reader = new JobOutputStorage(url);
    expect((await collectAll(reader.listOutputs())).map(({ filePath }) => filePath)).toEqual(["a.txt"]);
    await captureOurError(reader.saveText("JobOutput", "x", "b.txt"), "PermissionMissing");
    await container.setAccessPolicy(undefined, []);
    // Azure says that the policy does not exist, and Azurite that the signature is wrong.
    const code = useSharedAzurite().kind === undefined ? "NotAuthorized" : "CredentialExpired";
    await captureOurError(collectAll(reader.listOutputs()), code);
  });

  it.each(["", "x".repeat(65)])("rejects the identifier %j", async (policyId) => {
    const { client, jobId } = await setUpOutputs();
    await expect(client.getOutputStorageContainerUrl(jobId, { policyId })).rejects.toMatchObject({
      argument: "options.policyId",
    });
  });
});
