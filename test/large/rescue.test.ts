import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { startAzurite } from "../support/azurite.js";
import { setUpBatch } from "../support/batch-fixture.js";
import { runMeasured } from "../support/run-measured.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { scale } from "./scale.js";

const mebibyte = 1024 * 1024;

test("large files are saved from a compute node by a process that never holds 250 MiB", async ({
  annotate,
}) => {
  await using azurite = await startAzurite({ persistence: createTemporaryFolder(), manyBlobs: true });
  const fixture = await setUpBatch({ connectionString: azurite.connectionString });
  const half = scale.fileBytes / 2;
  await fixture.addTask("t1", `head -c ${half} /dev/zero > a.bin; head -c ${half} /dev/zero > b.bin; exit 1`);
  await fixture.until("t1", "completed");

  const program = fileURLToPath(new URL("programs/rescue.mjs", import.meta.url));
  const { peakRssBytes, stdout, stderr } = await runMeasured(program, [], fixture.env);

  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ savedCount: 4, savedBytes: 2 * half, failedCount: 0 });
  const stored = await fixture.storageOf("t1").getOutput("TaskOutput", "a.bin").getProperties();
  expect(stored.size).toBe(half);
  expect(stored.contentMD5).toBeDefined();
  await annotate(
    `${Math.round(scale.fileBytes / mebibyte)} MiB: peak ${Math.round(peakRssBytes / mebibyte)} MiB`,
  );
  expect(peakRssBytes).toBeLessThan(250 * mebibyte);
});
