import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { AppendBlobs, openContainerOfClient } from "../../src/storage/index.js";
import { trackFile } from "../../src/tracking/index.js";
import { readStored } from "./support/stored-log.js";
import { blobName, onlyOnRequest, setUpTracking } from "./support/tracking-fixture.js";

test.each([
  ["resume", "A1 A2 A3 B1 B2 B3 B4 "],
  ["keep", "A1 A2 A3 B1 B2 B3 B4 "],
  ["replace", "B1 B2 B3 B4 "],
] as const)(
  "a writer that takes over a log of several blobs (%s) stops the older one",
  async (onExisting, expected) => {
    const fixture = await setUpTracking();
    const older = await fixture.track({ blockLimit: 2 });
    for (const text of ["A1 ", "A2 ", "A3 "]) {
      fixture.write(text);
      await older.flush();
    }

    // Another address of the same store: the writers are as far from each other as two machines.
    const blobs = new AppendBlobs(openContainerOfClient(fixture.container));
    const path = join(fixture.folder, "other.log");
    writeFileSync(path, "B1 ");
    const options = { ...onlyOnRequest, onExisting };
    const newer = await trackFile({ blobs, blobName }, path, options, { blockLimit: 2 });

    fixture.write("A4 ");
    await expect(older.flush()).rejects.toMatchObject({ code: "AnotherWriter" });
    await expect(older.close()).rejects.toMatchObject({ code: "AnotherWriter" });
    for (const text of ["B2 ", "B3 ", "B4 "]) {
      await newer.flush();
      appendFileSync(path, text);
    }
    await newer.close();
    expect(String((await readStored(fixture.container, blobName)).content)).toBe(expected);
  },
);

test("a writer that takes over claims the last blob before it replaces the first", async () => {
  const fixture = await setUpTracking();
  const older = await fixture.track({ blockLimit: 1 });
  for (const text of ["A1 ", "A2 "]) {
    fixture.write(text);
    await older.flush();
  }
  await older.close();
  const before = fixture.proxy.exchanges.length;
  const path = join(fixture.folder, "other.log");
  writeFileSync(path, "B1 ");
  await (await fixture.track({ path, onExisting: "replace", blockLimit: 1 })).close();
  const writes = fixture.proxy.exchanges
    .slice(before)
    .filter(({ operation }) => operation === "SetBlobMetadata" || operation === "PutBlob")
    .map(({ operation, url }) => [operation, /app\.(?:part-2\.)?log/.exec(url)?.[0]]);
  expect(writes.slice(0, 2)).toEqual([
    ["SetBlobMetadata", "app.part-2.log"],
    ["PutBlob", "app.log"],
  ]);
});
