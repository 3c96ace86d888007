import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  JobOutputKind,
  jobOutputContainerName,
  outputBlobName,
  outputPathFor,
  parseOutputBlobName,
  TaskOutputKind,
} from "../../src/conventions/index.js";

const document = readFileSync(new URL("../../docs/conventions.md", import.meta.url), "utf8");

/** The rows of the table with these headings, as the code in their cells; a cell without code is empty or its words. */
function rowsOf(...headings: string[]): string[][] {
  const lines = document.split("\n");
  const start = lines.findIndex((line) => cellsOf(line).join() === headings.join());
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return start === -1 ? [] : lines.slice(start + 2, end).map(cellsOf);
}

function cellsOf(line: string): string[] {
  const cells = line.split("|").slice(1, -1);
  return cells.map((cell) => cell.trim().replace(/^`(.*)`$/, "$1"));
}

function answer(call: () => string): string {
  try {
    return call();
  } catch (error) {
    if (error instanceof RangeError) return "refused";
    throw error;
  }
}

describe("What docs/conventions.md shows as an example", () => {
  it("of container names is so", () => {
    const rows = rowsOf("job id", "container name");
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.map(([id = ""]) => [id, jobOutputContainerName(id)])).toEqual(rows);
  });

  it("of output paths is so", () => {
    const rows = rowsOf("source path", "output path");
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.map(([source = ""]) => [source, answer(() => outputPathFor(source))])).toEqual(rows);
  });

  it("of blob names is so, there and back", () => {
    const rows = rowsOf("task", "kind", "path", "blob name");
    expect(rows.length).toBeGreaterThan(3);
    for (const [taskId = "", kind = "", path = "", name = ""] of rows) {
      const address = taskId === "" ? { kind, path } : { taskId, kind, path };
      expect(outputBlobName(address)).toBe(name);
      expect(parseOutputBlobName(name)).toEqual(address);
    }
  });

  it("of predefined kinds are all there are", () => {
    for (const kind of [...Object.values(JobOutputKind), ...Object.values(TaskOutputKind)])
      expect(document).toContain(`\`${kind}\``);
  });

  it("of defects that names do not have is every one that a test is named after, and no other", () => {
    const tests = readFileSync(new URL("dotnet-defects.test.ts", import.meta.url), "utf8");
    const tested = [...tests.matchAll(/it\("(D\d+) · /g)].map(([, id]) => id);
    const shown = rowsOf("id", "the .NET library", "this package", "why").map(([id]) => id);
    expect(shown).toEqual(tested);
  });
});
