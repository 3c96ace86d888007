import { once } from "node:events";
import { copyFile, rename, truncate, unlink, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { blobName, createCrash, setUpTracking } from "./support/tracking-fixture.js";

test("content written before, during and after tracking is stored once, in order", async () => {
  const fixture = await setUpTracking();
  fixture.write("start, ");
  const tracked = await fixture.track();
  await tracked.flush();
  fixture.write("middle, ");
  await tracked.flush();
  fixture.write("end");
  await tracked.close();
  expect(await fixture.stored()).toBe("start, middle, end");
  expect(tracked.position).toBe(18);
});

test("growth is stored and reported in the background without an explicit flush", async () => {
  const fixture = await setUpTracking();
  await using tracked = await fixture.track({ flushIntervalInMs: 20 });
  const first = once(tracked, "flushed");
  fixture.write("one ");
  expect(await first).toEqual([{ bytes: 4, position: 4 }]);
  const second = once(tracked, "flushed");
  fixture.write("two");
  await second;
  expect(await fixture.stored()).toBe("one two");
});

test("more than one block is stored in blocks of 4 MiB", async () => {
  const fixture = await setUpTracking();
  const content = Buffer.alloc(9 * 1024 * 1024, "0123456789abcdef\n");
  fixture.write(content);
  const tracked = await fixture.track();
  await tracked.close();
  expect(await fixture.stored()).toBe(content.toString());
  const { blobCommittedBlockCount } = await fixture.container.getBlobClient(blobName).getProperties();
  expect(blobCommittedBlockCount).toBe(3);
});

test("a text log has a UTF-8 content type, and the caller's metadata", async () => {
  const fixture = await setUpTracking();
  fixture.write("x");
  await (await fixture.track({ metadata: { owner: "me" } })).close();
  const { contentType, metadata } = await fixture.container.getBlobClient(blobName).getProperties();
  expect(contentType).toBe("text/plain; charset=utf-8");
  expect(metadata).toMatchObject({ owner: "me", trackedlog_attempt: "1", trackedlog_part: "1" });
});

test("a file can be created later", async () => {
  const fixture = await setUpTracking();
  const tracked = await fixture.track();
  await tracked.flush();
  expect(await fixture.stored()).toBe("");
  fixture.write("late");
  await tracked.close();
  expect(await fixture.stored()).toBe("late");
});

test.each(["rename", "copytruncate", "delete", "replace"] as const)(
  "a file that is rotated by %s while it is tracked is stored whole",
  async (manner) => {
    const fixture = await setUpTracking();
    fixture.write("first, ");
    const tracked = await fixture.track();
    await tracked.flush();
    fixture.write("unflushed, ");
    if (manner === "rename") await rename(fixture.path, `${fixture.path}.1`);
    if (manner === "copytruncate") {
      await copyFile(fixture.path, `${fixture.path}.1`);
      await truncate(fixture.path);
    }
    if (manner === "delete") await unlink(fixture.path);
    if (manner === "replace") {
      await writeFile(`${fixture.path}.new`, "s");
      await rename(`${fixture.path}.new`, fixture.path);
    } else fixture.write("s");
    await tracked.flush();
    fixture.write("econd");
    await tracked.close();
    expect(await fixture.stored()).toBe("first, unflushed, second");
  },
);

test.each(["rename", "copytruncate"] as const)(
  "a file that was rotated twice by %s while it was not tracked is resumed without a gap",
  async (manner) => {
    const fixture = await setUpTracking();
    const rotate = async (number: number): Promise<void> => {
      if (number === 2) await rename(`${fixture.path}.1`, `${fixture.path}.2`);
      if (manner === "rename") {
        await rename(fixture.path, `${fixture.path}.1`);
        return;
      }
      await copyFile(fixture.path, `${fixture.path}.1`);
      await truncate(fixture.path);
    };
    fixture.write("start\none, ");
    const { abortSignal, crash } = createCrash();
    await (await fixture.track({ abortSignal })).flush();
    crash();
    fixture.write("two, ");
    await rotate(1);
    fixture.write("three, ");
    await rotate(2);
    fixture.write("four");
    const tracked = await fixture.track();
    expect(tracked.opening).toEqual({ outcome: "resumed", position: 11, keptAs: undefined });
    await tracked.close();
    expect(await fixture.stored()).toBe("start\none, two, three, four");
    expect(await fixture.names()).toEqual([blobName]);
  },
);

test("a new file with the name of a copy is not read after a crash if only one line is known, and a loss is reported", async () => {
  const fixture = await setUpTracking();
  fixture.write("the program 1.0\n");
  const { abortSignal, crash } = createCrash();
  await (await fixture.track({ abortSignal })).flush();
  crash();
  await writeFile(`${fixture.path}.1`, "the program 1.0\nof another task\n");
  await truncate(fixture.path);
  fixture.write("later\n");
  const lost: number[] = [];
  const tracked = await fixture.track();
  tracked.on("lost", ({ position }) => lost.push(position));
  expect(tracked.opening.outcome).toBe("kept");
  await tracked.close();
  expect(await fixture.stored()).toBe("later\n");
  expect(lost).toEqual([0]);
});

test("after a crash the log continues at its end", async () => {
  const fixture = await setUpTracking();
  fixture.write("before, ");
  const { abortSignal, crash } = createCrash();
  await (await fixture.track({ abortSignal })).flush();
  crash();
  fixture.write("after");
  await (await fixture.track()).close();
  expect(await fixture.stored()).toBe("before, after");
});
