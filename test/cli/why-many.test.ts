import { describe, expect, it } from "vitest";

import { forEachConcurrently } from "../../src/core/index.js";
import { type CliJob, putBlob, runCli, setUpCliJob } from "../support/cli.js";
import { createFailedLog, createGoodLog, plantedCauses } from "../support/planted-failures.js";
import { openTaskStorage } from "./support/commands.js";

const failureCount = 70;
const causeCount = plantedCauses.length;

async function saveFailures(job: CliJob): Promise<void> {
  const tasks = Array.from({ length: failureCount + 20 }, (_, n) => n);
  await forEachConcurrently(tasks, 16, async (n) => {
    const cause = n < failureCount ? plantedCauses[n % causeCount] : undefined;
    await putBlob(job, `t${n}/$TaskLog/stderr.txt`, cause ? createFailedLog(cause, n) : createGoodLog(n));
    const run = await openTaskStorage(job, `t${n}`).recordRun({ nodeId: `node-${n % 5}` });
    await run.end({ exitCode: cause?.exitCode ?? 0 });
  });
}

describe("why, of many failures", () => {
  it("finds exactly the planted causes, although every line differs between tasks", async () => {
    const job = await setUpCliJob();
    await saveFailures(job);
    const { status, objects } = await runCli(["why", "--json"], { env: job.env });
    expect(status).toBe(0);
    const groups = objects.slice(0, -1);
    const texts = groups.map(({ error, explanation }) => JSON.stringify([explanation, error]));
    expect(objects.at(-1)).toMatchObject({
      summary: { failed: failureCount, succeeded: 20, presumed: 0, unreadCount: 0 },
    });
    for (const { says } of plantedCauses)
      expect(
        texts.filter((text) => text.includes(says)),
        says,
      ).toHaveLength(1);
    expect(texts).toHaveLength(causeCount);
    const shares = groups.map(({ count }) => Number(count)).sort((one, other) => one - other);
    expect(shares[0]).toBeGreaterThanOrEqual(Math.floor(failureCount / causeCount));
    expect(shares.at(-1)).toBeLessThanOrEqual(Math.ceil(failureCount / causeCount));
  });
});
