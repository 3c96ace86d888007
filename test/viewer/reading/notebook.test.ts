import { expect, test } from "vitest";

import { parseNotebook } from "../../../src/viewer/web/file/notebook/notebook.js";

const parse = (cells: readonly unknown[], metadata: object = {}) =>
  parseNotebook(JSON.stringify({ nbformat: 4, metadata, cells }));

test("a notebook has its cells in order, with their results", () => {
  const { cells, language } = parse(
    [
      { cell_type: "markdown", source: ["# Title\n", "text"] },
      {
        cell_type: "code",
        execution_count: 7,
        source: "print(1)",
        outputs: [
          { output_type: "stream", name: "stderr", text: ["a\n", "b"] },
          { output_type: "execute_result", data: { "text/plain": "1", "text/markdown": "**1**" } },
          { output_type: "display_data", data: { "image/png": "iVBO\nRw==", "text/plain": ["<Figure>"] } },
          { output_type: "error", ename: "KeyError", evalue: "'x'", traceback: ["one", "two"] },
          { output_type: "error", ename: "KeyError", evalue: "'x'" },
          { output_type: "execute_result", data: { "application/json": { a: 1 } } },
        ],
      },
      { cell_type: "raw", source: "raw" },
    ],
    { language_info: { name: "Python" } },
  );
  expect(language).toBe("python");
  expect(cells).toEqual([
    { type: "markdown", source: "# Title\ntext" },
    {
      type: "code",
      source: "print(1)",
      count: 7,
      outputs: [
        { type: "text", text: "a\nb", isError: true },
        { type: "markdown", text: "**1**" },
        { type: "picture", mediaType: "image/png", data: "iVBO\nRw==", text: "<Figure>" },
        { type: "text", text: "one\ntwo", isError: true },
        { type: "text", text: "KeyError: 'x'", isError: true },
        { type: "text", text: '{\n  "a": 1\n}', isError: false },
      ],
    },
    { type: "raw", source: "raw" },
  ]);
});

test("HTML, scripts and widgets are not shown, but the text that stands for them", () => {
  const { cells } = parse([
    {
      cell_type: "code",
      source: "df",
      outputs: [
        {
          output_type: "execute_result",
          data: { "text/html": "<script>alert(1)</script>", "text/plain": "   a\n0  1" },
        },
        { output_type: "display_data", data: { "application/javascript": "alert(1)" } },
      ],
    },
  ]);
  expect(cells[0]).toMatchObject({
    outputs: [
      { type: "inactive", text: "   a\n0  1", mediaTypes: ["text/html"] },
      { type: "inactive", text: "", mediaTypes: ["application/javascript"] },
    ],
  });
});

test("what is not a notebook of format 4 is a SyntaxError, and odd cells are borne", () => {
  for (const text of ["", "{", "[]", "null", '{"worksheets":[]}', '{"cells":{}}'])
    expect(() => parseNotebook(text), text).toThrow(SyntaxError);
  const odd = [
    null,
    7,
    {},
    { cell_type: "code" },
    { cell_type: "code", source: [1, "x"], outputs: [null, { data: [] }] },
  ];
  expect(parse(odd).cells.map(({ type, source }) => [type, source])).toEqual([
    ["raw", ""],
    ["raw", ""],
    ["raw", ""],
    ["code", ""],
    ["code", "x"],
  ]);
});
