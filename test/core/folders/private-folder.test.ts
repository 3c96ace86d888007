import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { openPrivateFolder, requirePrivateFile } from "../../../src/core/folders/private-folder.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

const isWindows = process.platform === "win32";

test.skipIf(isWindows)(
  "a link to a private folder or file is rejected by name, and no permission is blamed",
  async () => {
    const folder = createTemporaryFolder();
    const target = join(folder, "target");
    await mkdir(target, { mode: 0o700 });
    await writeFile(join(target, "key"), "a", { mode: 0o600 });
    const link = join(folder, "link");
    await symlink(target, link);
    const linkedKey = join(folder, "linked-key");
    await symlink(join(target, "key"), linkedKey);
    await expect(openPrivateFolder(link)).rejects.toMatchObject({
      code: "UnsafePath",
      message: `${link} is a symbolic link. Name the place that it leads to.`,
    });
    await expect(requirePrivateFile(linkedKey)).rejects.toMatchObject({
      code: "UnsafePath",
      message: `${linkedKey} is a symbolic link. Name the place that it leads to.`,
    });
    await expect(openPrivateFolder(target)).resolves.toBeUndefined();
  },
);
