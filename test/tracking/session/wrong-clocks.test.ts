import { copyFileSync, renameSync, truncateSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { blobName, createCrash, setUpTracking, type TrackingFixture } from "../support/tracking-fixture.js";

const aheadInMs = 3_600_000;

/** Tracks the file of which one line was written, and ends as a crash would. */
async function trackUntilCrash(fixture: TrackingFixture, { isStored = true } = {}): Promise<void> {
  const { abortSignal, crash } = createCrash();
  const tracked = await fixture.track({ abortSignal });
  if (isStored) await tracked.flush();
  crash();
}

/** Tracks the file again to its end. */
async function trackAgain(
  fixture: TrackingFixture,
): Promise<{ readonly stored: string; readonly losses: number }> {
  const tracked = await fixture.track();
  let losses = 0;
  tracked.on("lost", () => (losses += 1));
  await tracked.close();
  return { stored: await fixture.stored(), losses };
}

/** Rotates the file twice, to names with dates. */
function rotateTwice(fixture: TrackingFixture): void {
  const { path, folder } = fixture;
  renameSync(path, join(folder, "app-2026-11-29.log"));
  fixture.write("two\n");
  renameSync(path, join(folder, "app-2026-11-30.log"));
  fixture.write("three\n");
}

function setTimeAhead(path: string): void {
  const at = (Date.now() + aheadInMs) / 1_000;
  utimesSync(path, at, at);
}

test("files that are rotated before a restart are stored, although the first one had a time in the future", async () => {
  const fixture = await setUpTracking();
  fixture.write("one\n");
  setTimeAhead(fixture.path);
  await trackUntilCrash(fixture);
  rotateTwice(fixture);
  expect(await trackAgain(fixture)).toEqual({ stored: "one\ntwo\nthree\n", losses: 0 });
});

test("a loss is reported if the file was copied and emptied before a restart, although it had a time in the future", async () => {
  const fixture = await setUpTracking();
  fixture.write("one\n");
  setTimeAhead(fixture.path);
  await trackUntilCrash(fixture, { isStored: false });
  fixture.write("rest\n");
  copyFileSync(fixture.path, `${fixture.path}.1`);
  truncateSync(fixture.path);
  fixture.write("one\n");
  expect(await trackAgain(fixture)).toEqual({ stored: "one\n", losses: 1 });
});

test("a loss is reported if files are rotated before a restart, and the clock was set back meanwhile", async () => {
  const fixture = await setUpTracking();
  fixture.write("one\n");
  await trackUntilCrash(fixture);
  // As if the clock had been ahead when the file was first seen.
  const since = String(BigInt(Date.now() + aheadInMs) * 1_000_000n);
  const metadata = { ...(await fixture.metadata()), trackedlog_since: since };
  await fixture.container.getBlobClient(blobName).setMetadata(metadata);
  rotateTwice(fixture);
  const { stored, losses } = await trackAgain(fixture);
  expect(stored).toBe("one\nthree\n");
  expect(losses).toBeGreaterThan(0);
});
