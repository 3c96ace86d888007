import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { setUpTracking } from "../support/tracking-fixture.js";

test("a file that is tracked itself never belongs to the log of another", async () => {
  const fixture = await setUpTracking();
  const { path } = fixture;
  fixture.write("ours 1\n");
  const tracked = await fixture.track();
  await tracked.flush();
  const other = await fixture.track({ name: "t1/$TaskLog/other.log", path: `${path}.1` });
  renameSync(path, `${path}.2`);
  writeFileSync(`${path}.1`, "of another program\n");
  fixture.write("ours 2\n");
  await tracked.close();
  await other.close();
  expect(await fixture.stored()).toBe("ours 1\nours 2\n");
  expect(await fixture.stored("t1/$TaskLog/other.log")).toBe("of another program\n");
});

test.skipIf(process.platform === "win32")(
  "nor does one that is tracked through a link to the folder",
  async () => {
    const fixture = await setUpTracking();
    const folder = join(createTemporaryFolder(), "real");
    mkdirSync(folder);
    const path = join(folder, "app.log");
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    writeFileSync(path, "ours 1\n");
    const tracked = await fixture.track({ path });
    await tracked.flush();
    const other = await fixture.track({ name: "t1/$TaskLog/other.log", path: join(link, "app.log.1") });
    renameSync(path, `${path}.2`);
    writeFileSync(`${path}.1`, "of another program\n");
    writeFileSync(path, "ours 2\n");
    await tracked.close();
    await other.close();
    expect(await fixture.stored()).toBe("ours 1\nours 2\n");
  },
);
