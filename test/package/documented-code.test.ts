import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { type CodeBlock, codeBlocksOf, typeErrorsOf } from "./code-blocks.js";
import { packageRoot } from "./npm-package.js";

/** What readers copy from; decisions show what was not done, API reports are no programs. */
const documents = [
  "README.md",
  "docs/reference/errors.md",
  ...markdownIn("docs"),
  ...markdownIn("docs/guides"),
];
const blocks = documents.flatMap((path) => codeBlocksOf(path, readFileSync(join(packageRoot, path), "utf8")));
const errors = typeErrorsOf(blocks);

test("the README shows code of a task and of a client", () => {
  const shown = blocks.filter(({ document }) => document === "README.md").map(({ source }) => source);
  expect(shown.length).toBeGreaterThanOrEqual(2);
  expect(shown.join("\n")).toMatch(/\bTaskOutputStorage\b/);
  expect(shown.join("\n")).toMatch(/\bBatchOutputsClient\b/);
});

test.each(blocks.map((block) => ({ ...block, block })))(
  "the code in $document, line $line, is a program that compiles",
  ({ block }) => {
    expect(errors.get(block)).toEqual([]);
  },
);

test("code that the package does not have is reported with its line in the document", () => {
  const text = [
    "# Guide",
    "",
    "- In a list:",
    "",
    "  ```ts",
    '  import { TaskOutputStorage } from "azure-batch-outputs";',
    '  await TaskOutputStorage.fromEnvironment().saveAll("TaskLog");',
    "  ```",
    "",
    "```json",
    '{ "not": typescript }',
    "```",
    "",
    "```ts",
    'import { nothing } from "azure-batch-outputs/conventions";',
    "```",
  ].join("\n");
  const found: CodeBlock[] = codeBlocksOf("docs/guides/imagined.md", text);
  expect([...typeErrorsOf(found).values()].flat()).toEqual([
    expect.stringMatching(/^docs\/guides\/imagined\.md:7 Property 'saveAll' does not exist/),
    expect.stringMatching(/^docs\/guides\/imagined\.md:15 .*has no exported member 'nothing'/),
  ]);
});

function markdownIn(folder: string): string[] {
  const isText = (name: string): boolean => name.endsWith(".md");
  return readdirSync(join(packageRoot, folder))
    .filter(isText)
    .map((name) => `${folder}/${name}`);
}
