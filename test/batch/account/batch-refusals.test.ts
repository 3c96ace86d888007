import { buffer, text } from "node:stream/consumers";
import { AzureNamedKeyCredential } from "@azure/core-auth";
import { isRestError, type RestError } from "@azure/core-rest-pipeline";
import { describe, expect, it } from "vitest";

import { BatchAccountClient } from "../../../src/batch/index.js";
import { createFakeCredential } from "../../support/azure-tokens.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { collectText } from "../../support/collect-text.js";
import {
  accountKey,
  accountName,
  answer,
  credential,
  refuse,
  type Script,
  scriptedService,
} from "./scripted-service.js";

const noDelay = { retryOptions: { retryDelayInMs: 0, maxRetryDelayInMs: 0 } };

async function clientOf(script: Script) {
  const service = await scriptedService(script);
  return {
    client: new BatchAccountClient(service.endpoint, credential, noDelay),
    service,
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

/** As the live service wrote it, recorded by the SDK's tests. */
const recordedTask = {
  "odata.metadata": "https://endpoint/$metadata#tasks/@Element",
  id: "JOB-task2",
  url: "https://endpoint/jobs/JOB/tasks/JOB-task2",
  eTag: "0x8DC0DBE4228170A",
  creationTime: "2024-01-05T07:16:38.463873Z",
  lastModified: "2024-01-05T07:16:38.463873Z",
  state: "active",
  stateTransitionTime: "2024-01-05T07:16:38.463873Z",
  commandLine: "cmd /c echo hello world",
  userIdentity: { autoUser: { scope: "pool", elevationLevel: "nonadmin" } },
  constraints: { maxWallClockTime: "P10675199DT2H48M5.4775807S", retentionTime: "P7D", maxTaskRetryCount: 0 },
  requiredSlots: 1,
  executionInfo: { retryCount: 0, requeueCount: 0 },
};

describe("An unusual response of a Batch service", () => {
  it("reads a task as the live service wrote it", async () => {
    await using fixture = await clientOf((_, response) => {
      answer(response, 200, recordedTask);
    });
    expect(await fixture.client.getTask("JOB", "JOB-task2")).toEqual({
      id: "JOB-task2",
      url: "https://endpoint/jobs/JOB/tasks/JOB-task2",
      state: "active",
      creationTime: "2024-01-05T07:16:38.463873Z",
      executionInfo: { retryCount: 0, requeueCount: 0 },
    });
  });

  it("waits longer for each further try of a request that got no answer in time", async () => {
    await using service = await scriptedService((_, response) => {
      setTimeout(() => {
        answer(response, 200, recordedTask);
      }, 400);
    });
    const client = new BatchAccountClient(service.endpoint, credential, {
      progressTimeoutInMs: 100,
      retryOptions: { ...noDelay.retryOptions, maxRetries: 8 },
    });
    expect((await client.getTask("JOB", "JOB-task2")).id).toBe("JOB-task2");
  });

  it("reads words in either case, and lengths as numbers or strings", async () => {
    await using fixture = await clientOf((request, response) => {
      const isFiles = request.url?.includes("/files") ?? false;
      answer(response, 200, isFiles ? { value: files } : failedTask);
    });
    const files = [
      { name: "wd", url: "u", isDirectory: true },
      {
        name: "stdout.txt",
        isDirectory: false,
        properties: { contentLength: "17", contentType: "text/plain" },
      },
      { name: "wd/a", isDirectory: false, properties: { contentLength: 5_000_000_000 } },
    ];
    const failureInfo = { category: "UserError", code: "FailureExitCode", message: "The task exited with 3" };
    const executionInfo = { exitCode: 3, result: "Failure", failureInfo, startTime: "2026-11-22T16:00:00Z" };
    const failedTask = {
      id: "t",
      url: "u",
      state: "Completed",
      executionInfo,
      nodeInfo: { nodeId: "n", poolId: "p" },
    };
    expect(await fixture.client.getTask("j", "t")).toEqual({
      ...failedTask,
      state: "completed",
      executionInfo: { ...executionInfo, result: "failure" },
    });
    const listed = [];
    for await (const file of fixture.client.listTaskFiles("j", "t", { recursive: true })) listed.push(file);
    expect(listed).toEqual([
      { name: "wd", isDirectory: true, size: 0 },
      { name: "stdout.txt", isDirectory: false, size: 17, contentType: "text/plain" },
      { name: "wd/a", isDirectory: false, size: 5_000_000_000 },
    ]);
    expect(fixture.service.requests.at(-1)).toContain("recursive=true");
  });

  it("does not follow a next link to another host, which would get the signature", async () => {
    await using fixture = await clientOf((_, response) => {
      answer(response, 200, { value: [], "odata.nextLink": "https://elsewhere.example/jobs?sig=abc" });
    });
    const error = await captureError(fixture.client.listJobs().next());
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toContain("https://elsewhere.example/jobs");
    expect(error.message).not.toContain("sig");
  });

  it("repeats throttled requests after Retry-After", async () => {
    await using fixture = await clientOf((_, response) => {
      if (fixture.service.requests.length > 2) {
        answer(response, 200, { id: "j1", url: "u", state: "active" });
        return;
      }
      response.setHeader("retry-after", "0");
      refuse(response, fixture.service.requests.length === 1 ? 503 : 429, "ServerBusy");
    });
    expect(await fixture.client.getJob("j1")).toMatchObject({ id: "j1" });
    expect(fixture.service.requests).toHaveLength(3);
  });

  it.each([undefined, "soon"])(
    "counts the tries after 429 with Retry-After %s and after other refusals together",
    async (wait) => {
      await using service = await scriptedService((_, response) => {
        if (wait !== undefined) response.setHeader("retry-after", wait);
        refuse(response, service.requests.length % 2 === 1 ? 429 : 503, "ServerBusy");
      });
      const retryOptions = { maxRetries: 4, retryDelayInMs: 1, maxRetryDelayInMs: 1 };
      const client = new BatchAccountClient(service.endpoint, credential, { retryOptions });
      await captureOurError(client.getJob("j"), "BatchBusy");
      expect(service.requests).toHaveLength(5);
    },
  );

  it.each([
    [404, "JobNotFound", "JobNotFound"],
    [404, "TaskNotFound", "TaskNotFound"],
    [404, "FileNotFound", "NodeFileNotFound"],
    [404, "NodeNotFound", "NodeUnavailable"],
    [409, "NodeNotReady", "NodeUnavailable"],
    [409, "NodeBeingReimaged", "NodeUnavailable"],
    [409, "TaskFilesUnavailable", "NodeFilesGone"],
    [409, "TaskFilesCleanedup", "NodeFilesGone"],
    [403, "AuthenticationFailed", "NotAuthorized"],
    [403, "InsufficientAccountPermissions", "PermissionMissing"],
    [403, "AuthorizationFailed", "PermissionMissing"],
  ] as const)(
    "explains %i %s as %s, with the service's code and request id as cause",
    async (status, theirs, ours) => {
      await using fixture = await clientOf((_, response) => {
        refuse(response, status, theirs);
      });
      const error = await captureOurError(fixture.client.openTaskFile("j1", "t1", "wd/x"), ours);
      expect(error).toMatchObject({ jobId: "j1", taskId: "t1", path: "wd/x" });
      expect(error.message).toMatch(/^Reading file "wd\/x" of task "t1" of job "j1" on its node failed: \S/);
      expect(error.cause).toMatchObject({ code: theirs, statusCode: status });
      expect((error.cause as RestError).message).toBe(
        `The specified ${theirs} happened. (request-id db3e1c99-8ec3-4806-8cde-adabb8e0bdb7)`,
      );
      expect(collectText(error)).not.toMatch(/SharedKey \w+:\S/);
    },
  );

  it.each([
    [404, "NodeFileNotFound"],
    [409, "NodeFilesGone"],
  ] as const)("explains an answer without a body by its status: %i", async (status, code) => {
    await using fixture = await clientOf((_, response) => {
      response.writeHead(status).end();
    });
    await captureOurError(fixture.client.getTaskFileProperties("j", "t", "x"), code);
  });

  it("names job, task and operation also for refusals without a code of this package", async () => {
    await using fixture = await clientOf((request, response) => {
      const { url = "" } = request;
      if (url.startsWith("/jobs/a")) refuse(response, 400, "InvalidQueryParameterValue");
      else if (url.startsWith("/jobs/c")) refuse(response, 404, "ResourceNotFound");
      else if (url.startsWith("/jobs/d")) refuse(response, 409, "OperationInvalid");
      else if (url.startsWith("/jobs/e")) refuse(response, 403, "IOError");
      else response.writeHead(418).end("<html>");
    });
    const { client } = fixture;
    const error = await captureOurError(client.getTask("a", "t"), "RequestRefused");
    expect(error).toMatchObject({ jobId: "a", taskId: "t" });
    expect(error.message).toBe(
      'Getting task "t" of job "a" failed: the Batch service refused the request (InvalidQueryParameterValue, HTTP status 400): "The specified InvalidQueryParameterValue happened".',
    );
    expect(isRestError(error.cause)).toBe(true);
    expect(error.cause).toMatchObject({ code: "InvalidQueryParameterValue", statusCode: 400 });
    const page = await captureOurError(client.getJob("b"), "RequestRefused");
    expect(page.message).toBe(
      'Getting job "b" failed: the Batch service refused the request (HTTP status 418).',
    );
    for (const job of ["c", "d", "e"])
      expect(await captureOurError(client.getJob(job), "RequestRefused")).toMatchObject({ jobId: job });
  });

  it.each([408, 429, 500, 502, 503, 504])("explains %i, after the retries, as BatchBusy", async (status) => {
    await using service = await scriptedService((_, response) => {
      refuse(response, status, "ServerBusy");
    });
    const client = new BatchAccountClient(service.endpoint, credential, { retryOptions: { maxRetries: 0 } });
    const error = await captureOurError(client.getTask("j", "t"), "BatchBusy");
    expect(error).toMatchObject({ jobId: "j", taskId: "t", hint: { action: "try-again" } });
    expect(error.message).toMatch(/^Getting task "t" of job "j" failed: the Batch service is too busy/);
  });

  it("recognizes that a page of something else is not a response of a Batch service", async () => {
    await using fixture = await clientOf((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in to the network</html>");
    });
    const error = await captureOurError(fixture.client.getJob("j"), "BatchUnreachable");
    expect(error.message).toContain(`the answer of ${fixture.client.endpoint} is not one of a Batch service`);
    expect(error.jobId).toBe("j");
  });

  it("reports that this machine's clock is wrong", async () => {
    await using fixture = await clientOf((_, response) => {
      response.setHeader("date", new Date(Date.now() - 3_600_000).toUTCString());
      refuse(response, 403, "AuthenticationFailed");
    });
    const error = await captureOurError(fixture.client.getJob("j"), "ClockSkew");
    expect(error.message).toContain("60 minutes");
  });

  it("reports the endpoint that did not answer", async () => {
    const { endpoint } = await unusedAddress();
    const client = new BatchAccountClient(endpoint, credential, { retryOptions: { maxRetries: 0 } });
    const error = await captureOurError(client.getJob("j"), "BatchUnreachable");
    expect(error.message).toContain(endpoint);
    expect(error.message).toContain("ECONNREFUSED");
  });

  it("uses a replaced key, and rejects an invalid one without showing it", async () => {
    await using service = await scriptedService((_, response) => {
      answer(response, 200, { id: "j", url: "u", state: "active" });
    });
    const changing = new AzureNamedKeyCredential(accountName, Buffer.from("old").toString("base64"));
    const client = new BatchAccountClient(service.endpoint, changing);
    await captureOurError(client.getJob("j"), "NotAuthorized");
    changing.update(accountName, accountKey);
    expect(await client.getJob("j")).toMatchObject({ id: "j" });
    const make = () => new BatchAccountClient(service.endpoint, { name: "n", key: "no base64!" });
    expect(make).toThrow(RangeError);
    expect(make).toThrow(/^credential must have the key(?!.*no base64)/);
  });

  it.each([
    ["not a url", credential, RangeError],
    ["ftp://x.example", credential, RangeError],
    ["http://batch.example", credential, RangeError],
    ["https://batch.example/?sig=abc", credential, RangeError],
    ["http://127.0.0.1:1", createFakeCredential(), RangeError],
  ] as const)("rejects the endpoint %s", (endpoint, given, type) => {
    const make = () => new BatchAccountClient(endpoint, given);
    expect(make).toThrow(type);
    expect(make).toThrow(/^endpoint must be|^endpoint must have/);
    expect(make).not.toThrow(/abc/);
  });

  it("accepts the endpoint as the portal shows it, and hides the key when printed", () => {
    const client = new BatchAccountClient("myaccount.westeurope.batch.azure.com", credential);
    expect(client.endpoint).toBe("https://myaccount.westeurope.batch.azure.com");
    expect(JSON.stringify(client)).toBe('{"endpoint":"https://myaccount.westeurope.batch.azure.com"}');
    expect(collectText(client)).not.toContain(accountKey);
  });

  it.each([
    ["https://a.westeurope.batch.azure.com", "https://batch.core.windows.net//.default"],
    ["https://a.chinanorth.batch.chinacloudapi.cn", "https://batch.chinacloudapi.cn//.default"],
    ["https://a.usgov.batch.usgovcloudapi.net", "https://batch.core.usgovcloudapi.net//.default"],
  ])("requests a token of the cloud of %s", async (endpoint, scope) => {
    const askedFor: (string | string[])[] = [];
    const noToken = {
      getToken: async (scopes: string | string[]) => {
        askedFor.push(scopes);
        return Promise.reject(
          Object.assign(new Error("no identity"), { name: "CredentialUnavailableError" }),
        );
      },
    };
    await captureOurError(new BatchAccountClient(endpoint, noToken).getJob("j"), "NotAuthorized");
    expect(askedFor.flat()).toEqual([scope]);
  });
});

describe("A file on a node", () => {
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
  const range = (header: unknown): readonly [number, number] => {
    const [, first = "0", last = ""] =
      /bytes=(\d+)-(\d*)/.exec(typeof header === "string" ? header : "") ?? [];
    return [Number(first), last === "" ? content.length : Math.min(Number(last) + 1, content.length)];
  };

  it("is resumed where the connection broke", async () => {
    const asked: unknown[] = [];
    await using fixture = await clientOf((request, response) => {
      asked.push(request.headers["ocp-range"]);
      const [from, to] = range(request.headers["ocp-range"]);
      response.writeHead(206, { "content-length": to - from });
      if (asked.length === 3) response.end(content.subarray(from, to));
      else
        response.write(content.subarray(from, from + 100_000), () => {
          response.destroy();
        });
    });
    const read = await buffer(await fixture.client.openTaskFile("j", "t", "x"));
    expect(read.equals(content)).toBe(true);
    expect(asked).toEqual([undefined, "bytes=100000-299999", "bytes=200000-299999"]);
  });

  it("is not combined from two files", async () => {
    let count = 0;
    await using fixture = await clientOf((_, response) => {
      count += 1;
      const created = `Fri, 0${count} Feb 2026 00:00:00 GMT`;
      response.writeHead(200, { "content-length": count === 1 ? 10 : 6, "ocp-creation-time": created });
      response.write("half", () => {
        response.destroy();
      });
    });
    await captureOurError(fixture.client.openTaskFile("j", "t", "x").then(text), "SourceChanged");
  });

  it("fails if the connection keeps breaking, or its node is removed", async () => {
    await using fixture = await clientOf((request, response) => {
      if (request.url?.includes("/gone") === true && request.headers["ocp-range"] !== undefined) {
        refuse(response, 409, "NodeNotReady");
        return;
      }
      response.writeHead(200, { "content-length": 10 });
      response.write("x", () => {
        response.destroy();
      });
    });
    const broken = await captureOurError(
      fixture.client.openTaskFile("j", "t", "x").then(text),
      "BatchUnreachable",
    );
    expect(broken).toMatchObject({ jobId: "j", taskId: "t", path: "x" });
    await captureOurError(fixture.client.openTaskFile("j", "t", "gone").then(text), "NodeUnavailable");
  });

  it("can be aborted", async () => {
    await using fixture = await clientOf((_, response) => {
      response.writeHead(200, { "content-length": 10 }).write("x");
    });
    const controller = new AbortController();
    const stream = await fixture.client.openTaskFile("j", "t", "x", { abortSignal: controller.signal });
    stream.once("data", () => {
      controller.abort();
    });
    expect((await captureError(text(stream))).name).toBe("AbortError");
  });
});

async function unusedAddress(): Promise<{ endpoint: string }> {
  await using service = await scriptedService((_, response) => response.destroy());
  return { endpoint: service.endpoint };
}
