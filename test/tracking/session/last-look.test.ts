import { renameSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";

import { trackWith } from "../support/track-with.js";

test("what a close saw and did not store is reported, while the writer goes on", async () => {
  const { fixture, path, tracked, lost } = await trackWith("0\n");
  let lines = 0;
  fixture.proxy.onRequest = () => {
    if (lines < 20) fixture.write(`${(lines += 1)}\n`);
    return undefined;
  };
  fixture.write("first\n");
  await tracked.close();
  fixture.proxy.onRequest = undefined;
  const missing = statSync(path).size - (await fixture.stored()).length;
  expect(missing).toBeGreaterThan(0);
  expect(lost).toHaveLength(1);
});

test("a rotation that only the last look of a close finds is reported", async () => {
  const { fixture, path, tracked, lost } = await trackWith("0\n");
  let appends = 0;
  fixture.proxy.onRequest = ({ operation }) => {
    if (operation !== "AppendBlock") return undefined;
    appends += 1;
    fixture.write(`during append ${appends}\n`);
    if (appends !== 4) return undefined;
    renameSync(path, `${path}.3`);
    writeFileSync(path, "between\n");
    unlinkSync(path);
    writeFileSync(`${path}.1`, "rotated without being seen\n");
    fixture.write("last\n");
    return undefined;
  };
  fixture.write("first\n");
  await tracked.close();
  fixture.proxy.onRequest = undefined;
  expect(lost.length).toBeGreaterThan(0);
  expect(await fixture.metadata()).toMatchObject({ trackedlog_gaps: String(lost.length) });
});
