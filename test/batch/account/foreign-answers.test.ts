import { expect, it } from "vitest";

import { BatchAccountClient } from "../../../src/batch/index.js";
import { captureOurError } from "../../support/capture-error.js";
import { credential, scriptedService } from "./scripted-service.js";

const page = "<html>Sign in to the network</html>";

/** Something on the way answers: it knows nothing of the service's headers. */
async function clientBehind(status: number, headers: Record<string, string> = {}) {
  const service = await scriptedService((_, response) => {
    response.removeHeader("dataserviceversion");
    response.writeHead(status, { "content-type": "text/html", ...headers }).end(page);
  });
  return {
    client: new BatchAccountClient(service.endpoint, credential, { retryOptions: { maxRetries: 0 } }),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

it.each([200, 404, 409])(
  "a page with status %i is neither a file nor a statement about one",
  async (status) => {
    await using fixture = await clientBehind(status);
    const { client } = fixture;
    for (const call of [
      client.openTaskFile("j", "t", "stdout.txt"),
      client.getTaskFileProperties("j", "t", "stdout.txt"),
      client.getTask("j", "t"),
    ]) {
      const error = await captureOurError(call, "BatchUnreachable");
      expect(error.message).toContain("is not one of a Batch service");
      expect(error).toMatchObject({ jobId: "j", taskId: "t", cause: { statusCode: status } });
    }
  },
);

it.each(["request-id", "client-request-id"])("the header %s is enough", async (name) => {
  await using fixture = await clientBehind(200, { [name]: "db3e1c99" });
  expect(await fixture.client.getTaskFileProperties("j", "t", "x")).toMatchObject({ name: "x" });
});
