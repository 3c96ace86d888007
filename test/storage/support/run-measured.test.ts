import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { runMeasured } from "../../support/run-measured.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

const mib = 1024 * 1024;

async function script(source: string): Promise<string> {
  const path = join(createTemporaryFolder(), "measured.mjs");
  await writeFile(path, source);
  return path;
}

test("the peak includes memory that was held for a moment and freed", async () => {
  const path = await script(`
    let held = Buffer.alloc(300 * 1024 * 1024, 1);
    held = undefined;
    globalThis.gc?.();
    console.log(process.argv[2], process.env.GIVEN);
  `);
  const measured = await runMeasured(path, ["argument"], { GIVEN: "variable" });
  expect(measured).toMatchObject({ exitCode: 0, stdout: "argument variable\n", stderr: "" });
  expect(measured.peakRssBytes).toBeGreaterThan(300 * mib);
  expect(measured.peakRssBytes).toBeLessThan(500 * mib);
});

test("the live heap is what a script holds, without what it has let go", async () => {
  const run = async (source: string): Promise<number> => {
    const path = await script(`let made = []; ${source} globalThis.held = made;`);
    return (await runMeasured(path, [], {}, { collectsGarbage: true })).peakLiveHeapBytes;
  };
  const fill = "for (let i = 0; i < 1e6; i += 1) made.push({ i });";
  const little = await run("");
  expect(await run(`${fill} made = [];`)).toBeLessThan(little + mib);
  expect(await run(fill)).toBeGreaterThan(little + 20 * mib);
});

test("a small script has a small peak, and does not inherit the peak of this process", async () => {
  const held = Buffer.alloc(400 * mib, 1);
  const { peakRssBytes } = await runMeasured(await script(""));
  expect(held.length).toBe(400 * mib);
  expect(peakRssBytes).toBeGreaterThan(10 * mib);
  expect(peakRssBytes).toBeLessThan(150 * mib);
});

test("a script that fails is reported with its status and its errors", async () => {
  const measured = await runMeasured(await script(`throw new Error("on purpose");`));
  expect(measured.exitCode).toBe(1);
  expect(measured.stderr).toContain("on purpose");
  expect(measured.peakRssBytes).toBeGreaterThan(0);
});

test("a script that is killed cannot be measured", async () => {
  const path = await script(`process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);`);
  await expect(runMeasured(path)).rejects.toThrow(/without reporting its memory \(SIGKILL\)/);
});
