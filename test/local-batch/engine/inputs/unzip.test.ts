import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { downloadZip } from "client-zip";
import { expect, it } from "vitest";

import { unzip } from "../../../../src/local-batch/engine/inputs/unzip.js";
import { createTemporaryFolder } from "../../../support/create-temporary-folder.js";

async function writeZip(name: string, input: string): Promise<{ path: string; folder: string }> {
  const folder = join(createTemporaryFolder(), "unpacked");
  mkdirSync(folder);
  const path = join(createTemporaryFolder(), "package.zip");
  writeFileSync(path, Buffer.from(await downloadZip([{ name, input }]).arrayBuffer()));
  return { path, folder };
}

it.each(["../outside.txt", "in/../../outside.txt", "/outside.txt", "..\\outside.txt"])(
  "rejects an archive with the name %s",
  async (name) => {
    const { path, folder } = await writeZip(name, "text");
    await expect(unzip(path, folder)).rejects.toThrow(Error);
    expect(existsSync(join(folder, "../outside.txt"))).toBe(false);
  },
);

it("unpacks up to its limits, and no more", async () => {
  const { path, folder } = await writeZip("a/b.txt", "x".repeat(100_000));
  await expect(unzip(path, folder, 99_999)).rejects.toThrow(RangeError);
  await unzip(path, folder, 100_000);
  expect(readFileSync(join(folder, "a/b.txt"), "utf8")).toHaveLength(100_000);
});
