import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { PrivateFolder } from "../../../src/cli/spool/private-folder.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

function folderWithMode(mode: number): string {
  const path = join(createTemporaryFolder(), "spool");
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

describe.skipIf(process.platform === "win32")("a private folder", () => {
  it("is one that its owner alone can access", async () => {
    await using folder = await PrivateFolder.open(folderWithMode(0o700));
    expect(folder).toBeDefined();
    for (const mode of [0o755, 0o770, 0o701]) {
      await using open = await PrivateFolder.open(folderWithMode(mode));
      expect(open).toBeUndefined();
    }
  });

  it("is not a link, a file or missing", async () => {
    const parent = createTemporaryFolder();
    symlinkSync(folderWithMode(0o700), join(parent, "link"));
    writeFileSync(join(parent, "file"), "");
    for (const name of ["link", "file", "missing"])
      expect(await PrivateFolder.open(join(parent, name))).toBeUndefined();
  });

  it("reads small regular files only, and never waits for a FIFO", async () => {
    const path = folderWithMode(0o700);
    writeFileSync(join(path, "small"), "text");
    writeFileSync(join(path, "large"), "x".repeat(101));
    symlinkSync("small", join(path, "link"));
    execFileSync("mkfifo", [join(path, "fifo")]);
    await using folder = await PrivateFolder.open(path);
    expect(await folder?.readText("small", 100)).toBe("text");
    for (const name of ["large", "link", "fifo", "missing"]) {
      expect(await folder?.readText(name, 100)).toBeUndefined();
      if (name !== "large") expect(await folder?.readSize(name)).toBeUndefined();
    }
  });

  it("does not write through a link", async () => {
    const path = folderWithMode(0o700);
    const victim = join(createTemporaryFolder(), "victim");
    writeFileSync(victim, "as it was");
    symlinkSync(victim, join(path, "owner.json"));
    await using folder = await PrivateFolder.open(path);
    await folder?.writeText("owner.json", "{}");
    expect(readFileSync(join(path, "owner.json"), "utf8")).toBe("{}");
    symlinkSync(victim, join(path, "owner.json.partial"));
    await expect(folder?.writeText("owner.json", "[]")).rejects.toMatchObject({ code: "ELOOP" });
    expect(readFileSync(victim, "utf8")).toBe("as it was");
  });

  it("keeps the former text of a file that cannot be written", async () => {
    const path = folderWithMode(0o700);
    await using folder = await PrivateFolder.open(path);
    await folder?.writeText("owner.json", "former");
    mkdirSync(join(path, "owner.json.partial"));
    await expect(folder?.writeText("owner.json", "new")).rejects.toMatchObject({ code: "EISDIR" });
    expect(readFileSync(join(path, "owner.json"), "utf8")).toBe("former");
  });
});
