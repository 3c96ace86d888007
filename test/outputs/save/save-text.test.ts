import { expect, test } from "vitest";

import { TaskOutputKind } from "../../../src/conventions/index.js";
import { captureError } from "../../support/capture-error.js";
import { setUpOutputs } from "../../support/output-fixture.js";

const { TaskLog, TaskOutput } = TaskOutputKind;

async function setUp() {
  const { proxy, client, jobId, stored } = await setUpOutputs();
  return { proxy, stored, task: client.getTaskOutputStorage(jobId, "t1") };
}

test.each([
  ["nothing", ""],
  ["ASCII", "line 1\nline 2\r\n"],
  ["letters of other languages", "Übergröße, Ångström, 日本語, עברית"],
  ["emoji of several code points", "🎬 👩🏽‍🚀"],
  ["combining accents, as they are", "cafe\u0301 caf\u00e9"],
  ["control characters", "\u0000\u001b[31m\u007f"],
])("text is saved as UTF-8 without a byte-order mark: %s", async (_, text) => {
  const { task, stored } = await setUp();
  const { status, output } = await task.saveText(TaskLog, text, "summary.txt");
  const bytes = await stored.getBlobClient("t1/$TaskLog/summary.txt").downloadToBuffer();
  expect(bytes.equals(Buffer.from(text, "utf8"))).toBe(true);
  expect(status).toBe("saved");
  expect(output).toMatchObject({ size: bytes.length, contentType: "text/plain; charset=utf-8" });
});

test.each([
  ["a.txt", "text/plain; charset=utf-8"],
  ["a.log", "text/plain; charset=utf-8"],
  ["a.csv", "text/csv; charset=utf-8"],
  ["a.html", "text/html; charset=utf-8"],
  ["a.json", "application/json"],
  ["a.svg", "image/svg+xml"],
  ["progress", "text/plain; charset=utf-8"],
  ["a.unknown", "text/plain; charset=utf-8"],
])("a text saved as %s has the content type %s", async (name, type) => {
  const { task, stored } = await setUp();
  const { output } = await task.saveText(TaskOutput, "x", name);
  expect(output.contentType).toBe(type);
  expect((await stored.getBlobClient(`t1/$TaskOutput/${name}`).getProperties()).contentType).toBe(type);
});

test("a given content type is stored unchanged", async () => {
  const { task } = await setUp();
  const { output } = await task.saveText(TaskOutput, "x", "a.txt", { contentType: "text/x-progress" });
  expect(output.contentType).toBe("text/x-progress");
});

test.each(["\ud83c", "film \udfac", "a\ud83c\ud83cb"])(
  "text with half of a surrogate pair is refused before any request, saying where (%j)",
  async (text) => {
    const { task, proxy } = await setUp();
    const error = await captureError(task.saveText(TaskOutput, text, "a.txt"));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(/^text .*position \d/);
    expect(proxy.exchanges).toEqual([]);
  },
);

test("overwrite never and if-changed apply to text as to files", async () => {
  const { task } = await setUp();
  await task.saveText(TaskOutput, "first", "a.txt");
  expect(
    await captureError(task.saveText(TaskOutput, "second", "a.txt", { overwrite: "never" })),
  ).toMatchObject({
    code: "OutputExists",
  });
  expect((await task.saveText(TaskOutput, "first", "a.txt", { overwrite: "if-changed" })).status).toBe(
    "unchanged",
  );
  expect((await task.saveText(TaskOutput, "second", "a.txt", { overwrite: "if-changed" })).status).toBe(
    "saved",
  );
});
