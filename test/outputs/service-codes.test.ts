import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it, test } from "vitest";
import type { BatchOutputsErrorCode } from "../../src/core/index.js";
import { captureOurError } from "../support/capture-error.js";
import { documentedServiceCodes } from "../support/documented-service-codes.js";
import { collectAll, faultAlways, setUpOutputs } from "../support/output-fixture.js";

const root = new URL("../../", import.meta.url);

/** The table of `docs/reference/errors.md`: each error code of the service with what it becomes and who shows it. */
const rows = [
  ...readFileSync(new URL("docs/reference/errors.md", root), "utf8").matchAll(
    /^\| `(\w+)` +\| (\d{3}) +\| \[`(\w+)`\]\(#(\w+)\) +\| (.*?) +\|$/gm,
  ),
].map(([, code = "", status, ours = "", anchor = "", tests = ""]) => ({
  code,
  status: Number(status),
  ours: ours as BatchOutputsErrorCode,
  anchor,
  tests: [...tests.matchAll(/`(.*?)`/g)].map(([, name]) => name),
}));

/** `StorageErrorCode` of the API definition, as the SDK that is installed declares it. */
function declaredCodes(): string[] {
  const models = new URL("node_modules/@azure/storage-blob/dist/esm/generated/src/models/index.js", root);
  const list = /KnownStorageErrorCode\[?[^]*?\}\)\(KnownStorageErrorCode/.exec(
    readFileSync(models, "utf8"),
  )?.[0];
  return [...(list ?? "").matchAll(/\["(\w+)"\] = /g)].map(([, code = ""]) => code);
}

describe("The table of the service's error codes", () => {
  it("has every code that the documentation of the service lists, with its status", () => {
    const listed = new Set(rows.map(({ code, status }) => `${code} ${status}`));
    expect(documentedServiceCodes.length).toBeGreaterThan(110);
    expect(documentedServiceCodes.filter((code) => !listed.has(code))).toEqual([]);
    expect(rows).toHaveLength(listed.size);
  });

  it("has every code that the API definition declares", () => {
    const listed = new Set(rows.map(({ code }) => code));
    const declared = declaredCodes();
    expect(declared.length).toBeGreaterThan(100);
    expect(declared.filter((code) => !listed.has(code))).toEqual([]);
  });

  it("names codes of this package, and tests that exist", () => {
    const files = new Set(
      readdirSync(new URL("test/", root), { recursive: true, encoding: "utf8" }).map((path) =>
        basename(path),
      ),
    );
    for (const { code, ours, anchor, tests } of rows) {
      expect({ code, anchor }).toEqual({ code, anchor: ours.toLowerCase() });
      expect({ code, count: tests.length }).not.toEqual({ code, count: 0 });
      expect(tests.filter((name) => !files.has(name ?? ""))).toEqual([]);
    }
  });
});

test.each(rows)(
  "$code with status $status is $ours, and the answer stays the cause",
  async ({ code, status, ours }) => {
    const { client, jobId } = await setUpOutputs(faultAlways("ListBlobs", { kind: "answer", status, code }));
    const error = await captureOurError(collectAll(client.getJobOutputStorage(jobId).listOutputs()), ours);
    expect(error).toMatchObject({ jobId, cause: { name: "RestError", statusCode: status } });
  },
);

test.each(rows.filter(({ status }) => status === 403 || status === 409 || status === 412))(
  "a deletion that ends with $code names the output",
  async ({ code, status }) => {
    const { client, jobId } = await setUpOutputs(faultAlways("DeleteBlob", { kind: "answer", status, code }));
    const task = client.getTaskOutputStorage(jobId, "t1");
    const { output } = await task.saveText("TaskOutput", "x", "model.bin");
    const error = await output.delete().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "BatchOutputsError", jobId, taskId: "t1", path: "model.bin" });
  },
);
