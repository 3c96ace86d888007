import { describe, expect, test } from "vitest";

import {
  findJsonLines,
  type JsonLineMode,
  showJsonLines,
} from "../../../src/viewer/web/json/show-json-lines.js";

function show(line: string, mode: JsonLineMode = "records"): string {
  const row = { start: 0, end: line.length, isLineStart: true, spans: [{ text: line }] };
  return (
    showJsonLines([row], mode)[0]
      ?.spans.map(({ text }) => text)
      .join("") ?? ""
  );
}

describe("lines of JSON in a log", () => {
  test("time, level and message come first, and the other members keep their order and digits", () => {
    const line =
      '{"id":12345678901234567891,"level":"warn","ratio":1.0,"msg":"disk is filling up","ts":"2026-11-29T09:00:00Z","at":{"x":1e400}}';
    expect(show(line)).toBe(
      '2026-11-29T09:00:00Z warn disk is filling up id=12345678901234567891 ratio=1.0 at={"x":1e400}',
    );
  });

  test("values that could be taken for something else are quoted, and line ends are written out", () => {
    expect(show('{"level":"info","message":"a\\nb","n":"7","s":"two words","e":"","k y":null}')).toBe(
      'info a\\nb n="7" s="two words" e="" "k y"=null',
    );
  });

  test("members of the same name are all shown", () => {
    expect(show('{"level":30,"msg":"x","msg":"y","time":1764403200000}')).toBe("1764403200000 30 x msg=y");
  });

  test("an object that is not a record is shown as fields only on request", () => {
    const line = '{"loss":0.10000000000000000555,"epoch":3}';
    expect(show(line)).toBe(line);
    expect(show(line, "objects")).toBe("loss=0.10000000000000000555 epoch=3");
    expect(show('{"level":"info","msg":"x"}', "none")).toBe('{"level":"info","msg":"x"}');
  });

  test("anything else stays as it is", () => {
    for (const line of [
      "{}",
      "[1,2]",
      '{"level":"info","msg":',
      "{not JSON}",
      "plain text",
      "",
      '{"a":1} trailing',
    ])
      expect(show(line, "objects")).toBe(line);
    const piece = { start: 1, end: 9, isLineStart: false, spans: [{ text: '{"msg":"x","level":"i"}' }] };
    expect(showJsonLines([piece], "records")).toEqual([piece]);
  });

  test("a text has records, other objects, or neither", () => {
    expect(findJsonLines(["starting", '{"level":"info","msg":"x"}'])).toBe("records");
    expect(findJsonLines(['{"a":1}', "cut off}"])).toBe("objects");
    expect(findJsonLines(["{", "text", "[]"])).toBeUndefined();
  });

  test("errors and warnings are marked by their level", () => {
    const colours = (level: string) =>
      showJsonLines(
        [{ start: 0, end: 1, isLineStart: true, spans: [{ text: `{"level":${level},"msg":"x"}` }] }],
        "records",
      )[0]?.spans.find(({ isBold }) => isBold)?.colour;
    expect(colours('"ERROR"')).toBe(colours("50"));
    expect(colours('"Warning"')).toBe(colours("40"));
    expect(new Set([colours('"ERROR"'), colours('"warn"'), colours('"info"')]).size).toBe(3);
  });
});
