import { expect, test } from "vitest";

import { extendHead } from "../../../src/tracking/source/generation/head-digest.js";
import { InnerGaps } from "../../../src/tracking/source/generation/inner-gaps.js";
import { SimulatedFiles, SimulatedFolder } from "../simulation/simulated-files.js";

/** The gaps of a file with this content, in which something was read before. */
async function settle(content: string, ...passed: readonly Parameters<InnerGaps["remember"]>[0][]) {
  const folder = new SimulatedFolder(true);
  folder.write("app.log", Buffer.from(content));
  const handle = await new SimulatedFiles(folder, () => Promise.resolve()).open("/work/app.log");
  if (handle === undefined) throw new Error("no app.log");
  const gaps = new InnerGaps();
  for (const each of passed) gaps.remember(each);
  await gaps.settle(handle, content.length);
  await handle.close();
  return gaps;
}

const passed = { start: 0, bytes: Buffer.from("one\ntwo\nthree\n") };

test("a file that has its first lines still, and others behind them, has a gap between these", async () => {
  const gaps = await settle("one\ntwo\nfour\nfive\n", passed);
  expect(gaps.isAt(8)).toBe(true);
  expect(gaps.limit(0, 100)).toBe(8);
  expect(gaps.limit(8, 100)).toBe(100);
  gaps.remove(8);
  expect(gaps.isAt(8)).toBe(false);
  expect(gaps.limit(0, 100)).toBe(100);
});

test("a file that has only its first lines has a gap at its end", async () => {
  expect((await settle("one\n", passed)).isAt(4)).toBe(true);
});

test("a file that has all that was read has no gap, unless it was seen to end earlier", async () => {
  const longer = "one\ntwo\nthree\nfour\n";
  expect((await settle(longer, passed)).limit(0, 100)).toBe(100);
  expect((await settle(longer, { ...passed, end: 14 })).limit(0, 100)).toBe(14);
});

test("a file with other first lines has no gap in it", async () => {
  expect((await settle("four\nfive\n", passed)).limit(0, 100)).toBe(100);
});

test("the nearest of several gaps is the limit", async () => {
  const other = { start: 4, bytes: Buffer.from("two\nthree\nsix\n") };
  const gaps = await settle("one\ntwo\nthree\nfour\n", passed, { ...passed, end: 14 }, other);
  expect(gaps.limit(0, 100)).toBe(14);
  expect(gaps.limit(0, 3)).toBe(3);
});

test("of what is read in a file that changes again and again, the last is remembered", async () => {
  const others = Array.from({ length: 16 }, () => ({ start: 0, bytes: Buffer.from("other\n") }));
  expect((await settle("one\ntwo\nfour\n", passed, ...others.slice(1))).limit(0, 100)).toBe(8);
  expect((await settle("one\ntwo\nfour\n", passed, ...others)).limit(0, 100)).toBe(100);
});

test("what is read extends the first bytes that are remembered, up to 4 KiB and without a hole", () => {
  const head = Buffer.from("one");
  expect(String(extendHead(head, Buffer.from("e and two"), 2))).toBe("one and two");
  expect(String(extendHead(head, Buffer.from("four"), 4))).toBe("one");
  expect(String(extendHead(head, Buffer.from("on"), 0))).toBe("one");
  expect(extendHead(head, Buffer.alloc(5_000, "x"), 3)).toHaveLength(4096);
});
