import { expect, test } from "vitest";

import { ByteStore } from "../../../src/viewer/web/bytes/byte-store.js";
import { collectRows } from "../../../src/viewer/web/rows/collect-rows.js";
import { findGroups } from "../../../src/viewer/web/rows/find-groups.js";
import { findTracebackEnd } from "../../../src/viewer/web/rows/find-traceback-end.js";
import { FoldedRows } from "../../../src/viewer/web/rows/folded-rows.js";
import { LineRows } from "../../../src/viewer/web/rows/rows.js";
import { TextScreen } from "../../../src/viewer/web/rows/text-screen.js";
import { getSeverity, problemQuery } from "../../../src/viewer/web/search/severity.js";

function createStore(text: string): ByteStore {
  const bytes = Buffer.from(text);
  const store = new ByteStore(bytes.length);
  store.put(0, bytes);
  return store;
}

/** The lines of a text, with their offsets. */
function splitLines(lines: readonly string[]): { offset: number; text: string }[] {
  let offset = 0;
  return lines.map((text) => {
    const line = { offset, text };
    offset += text.length + 1;
    return line;
  });
}

/** The first and the last line of each group that is found. */
function listGroups(lines: readonly string[]): [string, string][] {
  const all = splitLines(lines);
  const textAt = (at: number) => all.find(({ offset }) => offset === at)?.text ?? "";
  return findGroups(all).map(({ start, end }) => [textAt(start), textAt(end)]);
}

test("groups are found by the markers of each system, also after a timestamp", () => {
  expect(listGroups(["a", "##[group]One", "b", "##[endgroup]", "c"])).toEqual([
    ["##[group]One", "##[endgroup]"],
  ]);
  expect(listGroups(["::group::Two", "b", "::endgroup::"])).toEqual([["::group::Two", "::endgroup::"]]);
  const timed = ["2026-11-29T00:00:00Z ##[group]One", "2026-11-29T00:00:01Z ##[endgroup]"] as const;
  expect(listGroups(timed)).toEqual([timed]);
});

test("a group ends at the next one, and a group without an end is ignored", () => {
  expect(listGroups(["##[group]One", "a", "##[group]Two", "b"])).toEqual([["##[group]One", "##[group]Two"]]);
  expect(listGroups(["::endgroup::", "c++ std::group::x", "::group::open"])).toEqual([]);
});

test("sections of GitLab can be nested", () => {
  const outer = "section_start:1700000000:build[collapsed=true]\r";
  const inner = "section_start:1700000001:compile\r";
  const lines = [
    outer,
    "a",
    inner,
    "b",
    "section_end:1700000002:compile\r",
    "section_end:1700000003:build\r",
  ];
  expect(listGroups(lines)).toEqual([
    [outer, "section_end:1700000003:build\r"],
    [inner, "section_end:1700000002:compile\r"],
  ]);
});

test("markers are found by the error search, and are neither errors nor warnings", () => {
  const query = new RegExp(problemQuery.text, "i");
  const severityOf = (text: string) => {
    const match = query.exec(text);
    return match && getSeverity({ text, start: match.index, end: match.index + match[0].length });
  };
  expect(problemQuery.text.length).toBeLessThanOrEqual(1000);
  expect(severityOf("##[group]Test errors")).toBe("group");
  expect(severityOf("section_end:1:x")).toBe("group");
  expect(severityOf("a group of errors")).toBe("error");
  expect(severityOf("Warning: ::group:: x")).toBe("warning");
});

test("a folded group is one row with its first line, and the rows around it stay", () => {
  const text = "before\n##[group]One\nhidden 1\nhidden 2\n##[endgroup]\nafter\n";
  const store = createStore(text);
  const rows = new LineRows(store);
  const start = text.indexOf("##[group]");
  const inner = { start: text.indexOf("hidden 1"), end: text.indexOf("hidden 2") };
  const model = new FoldedRows(rows, [inner, { start, end: text.indexOf("##[endgroup]") }]);
  const { show } = new TextScreen(store);
  for (const anchor of [0, text.indexOf("hidden 2"), text.length - 1]) {
    const collected = collectRows(model, anchor, { before: 50, after: 50, size: store.size, show });
    expect(collected.rows.map(({ spans }) => spans.map((span) => span.text).join(""))).toEqual([
      "before",
      "##[group]One",
      "##[endgroup]",
      "after",
    ]);
    expect(collected.rows[0]?.start).toBe(0);
    expect(collected.rows.at(-1)?.end).toBe(store.size);
  }
});

test("a traceback ends before its exception, and is not a group if its end is not known", () => {
  const trace = 'Traceback (most recent call last):\n  File "a.py", line 1, in x\n    fail()\n';
  const end = (text: string, start = 0) => {
    const store = createStore(text);
    return findTracebackEnd(new LineRows(store), store, start);
  };
  expect(end(`${trace}KeyboardInterrupt\nmore\n`)).toBe(trace.length);
  expect(end(trace)).toBeUndefined();
  expect(end("Traceback (most recent call last):\nnothing\n")).toBeUndefined();
  const indented = trace.replace(/^/gm, "  ").slice(0, -2);
  expect(end(`${indented}  ValueError: 1\n`)).toBe(indented.length);
  expect(end(`${trace}    ${"x\n    ".repeat(600)}\nValueError\n`)).toBeUndefined();
});
