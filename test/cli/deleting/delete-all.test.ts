import { expect, it, vi } from "vitest";

import { deleteAll } from "../../../src/cli/deleting/delete-all.js";
import type { OutputFileReference } from "../../../src/outputs/index.js";

vi.mock("../../../src/cli/terminal/confirm.js", () => ({ confirm: () => Promise.resolve(true) }));

/** Outputs whose times are all of one second, as the service gives them. */
function createOutput(filePath: string, etag = "1") {
  const deleted = vi.fn(() => Promise.resolve());
  const output = {
    kind: "TaskOutput",
    taskId: "t1",
    filePath,
    url: `https://a.example/job-1/t1/$TaskOutput/${filePath}`,
    size: 1,
    etag,
    lastModified: new Date("2026-11-30T10:00:00Z"),
    delete: deleted,
  };
  return { output: output as unknown as OutputFileReference, deleted };
}

it("deletes after the question exactly what was listed before it, however close the times are", async () => {
  const written: string[] = [];
  const stderr = vi
    .spyOn(process.stderr, "write")
    .mockImplementation((text) => written.push(String(text)) > 0);
  const listed = Array.from({ length: 3_000 }, (_, index) => createOutput(`${index}.txt`));
  const replaced = createOutput("7.txt", "2");
  const saved = createOutput("new.txt");
  const now = [...listed.filter((_, index) => index !== 7), replaced, saved];
  const listings = [listed, now];
  const list = async function* (): AsyncGenerator<OutputFileReference> {
    await Promise.resolve();
    for (const { output } of listings.shift() ?? []) yield output;
  };
  expect(await deleteAll(list, "TaskOutput of task t1", {})).toBe(0);
  stderr.mockRestore();
  process.exitCode = undefined;
  const kept = now.filter(({ deleted }) => deleted.mock.calls.length === 0);
  expect(kept.map(({ output }) => output.filePath)).toEqual(["7.txt", "new.txt"]);
  for (const name of ["7.txt", "new.txt"])
    expect(written.join("")).toContain(
      `not deleted: TaskOutput "${name}" of task t1 was saved or changed after the question`,
    );
});
