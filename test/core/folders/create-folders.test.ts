import { mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { describe, expect, it } from "vitest";
import { createFolders } from "../../../src/core/folders/create-folders.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

describe("createFolders", () => {
  it("creates a folder and those above it, and accepts that they are there", async () => {
    const folder = createTemporaryFolder();
    const path = join(folder, "a", "b", "c");
    await createFolders(path);
    await createFolders(path);
    await createFolders(join(path, "d", "..", "e", "/"));
    expect((await stat(join(path, "e"))).isDirectory()).toBe(true);
    await createFolders(parse(path).root);
  });

  it("creates the same folders from several calls at the same time", async () => {
    const folder = createTemporaryFolder();
    const names = Array.from({ length: 20 }, (_, n) => join(folder, "a", "b", "c", String(n % 3)));
    await Promise.all(
      names.map(async (name) => {
        await createFolders(name);
      }),
    );
    for (const name of names) expect((await stat(name)).isDirectory()).toBe(true);
  });

  it("does not take a file for a folder", async () => {
    const folder = createTemporaryFolder();
    const file = join(folder, "file");
    await writeFile(file, "");
    await expect(createFolders(file)).rejects.toMatchObject({ code: "EEXIST", path: file });
    await expect(createFolders(file)).rejects.toThrow(`'${file}' exists, and is not a folder`);
    // Windows only says that there is no folder: then the file itself is found to be in the way.
    await expect(createFolders(join(file, "a", "b"))).rejects.toThrow("not a folder");
  });

  it.skipIf(process.platform === "win32")(
    "accepts a link to a folder, and rejects one to nothing",
    async () => {
      const folder = createTemporaryFolder();
      await mkdir(join(folder, "target"));
      await symlink(join(folder, "target"), join(folder, "link"));
      await symlink(join(folder, "nothing"), join(folder, "dangling"));
      await createFolders(join(folder, "link", "a"));
      await expect(createFolders(join(folder, "dangling"))).rejects.toMatchObject({ code: "EEXIST" });
    },
  );

  // Node.js's recursive mkdir repeats its calls there for ever.
  it.skipIf(process.platform !== "linux")("ends below a folder in which nothing can be created", async () => {
    await expect(createFolders("/proc/no-such-folder/a/b")).rejects.toMatchObject({
      code: "ENOENT",
      path: "/proc/no-such-folder",
    });
  });
});
