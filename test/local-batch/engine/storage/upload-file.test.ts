import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

import { openContainerByUrl } from "../../../../src/local-batch/engine/storage/linked-container.js";
import { uploadFile } from "../../../../src/local-batch/engine/storage/upload-file.js";
import { createTemporaryFolder } from "../../../support/create-temporary-folder.js";
import { createOutputContainer } from "../../support/create-output-container.js";

it.for([0, 5, 4 * 2 ** 20, 4 * 2 ** 20 + 1, 9 * 2 ** 20])("uploads a file of %d bytes", async (size) => {
  const container = await openContainerByUrl((await createOutputContainer()).url).loadClient();
  const path = join(createTemporaryFolder(), "file");
  const content = randomBytes(size);
  await writeFile(path, content);
  const blob = container.getBlockBlobClient("file");
  await uploadFile(blob, path, { metadata: { made: "here" } });
  expect((await blob.getProperties()).metadata).toEqual({ made: "here" });
  expect((await blob.getProperties()).contentLength).toBe(size);
  if (size > 0) expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
});

it("rejects if the file is missing", async () => {
  const container = await openContainerByUrl((await createOutputContainer()).url).loadClient();
  const missing = join(createTemporaryFolder(), "missing");
  await expect(uploadFile(container.getBlockBlobClient("file"), missing)).rejects.toMatchObject({
    code: "ENOENT",
  });
});
