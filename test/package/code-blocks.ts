import { join } from "node:path";
import ts from "typescript";

import { packageRoot } from "./npm-package.js";

/** A piece of TypeScript in a document. */
export interface CodeBlock {
  /** Of the document, in the repository. */
  readonly document: string;
  /** Where its first line stands in the document, counted from 1. */
  readonly line: number;
  readonly source: string;
}

/** The blocks of a Markdown text that are fenced as `ts`; a fence may be indented, as it is in a list. */
export function codeBlocksOf(document: string, markdown: string): CodeBlock[] {
  const fences = /^([ \t]*)```(?:ts|typescript)\b[^\n]*\n(.*?)^[ \t]*```[ \t]*$/gms;
  return [...markdown.matchAll(fences)].map((match) => ({
    document,
    line: markdown.slice(0, match.index).split("\n").length + 1,
    source: match[2] ?? "",
  }));
}

/** What a reader who copies the block into a file of a project has set: strict, and no more. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  types: ["node"],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

/**
 * What the compiler complains of, by block, with the document's own line numbers. The blocks are modules of their own
 * in the document's folder, so that the package is found by its name, as built; nothing is written there.
 */
export function typeErrorsOf(blocks: readonly CodeBlock[]): Map<CodeBlock, string[]> {
  const pathOf = ({ document, line }: CodeBlock): string => join(packageRoot, `${document}.line-${line}.mts`);
  const sources = new Map(blocks.map((block) => [pathOf(block), "\n".repeat(block.line - 1) + block.source]));
  const host = ts.createCompilerHost(options);
  const { sys } = ts;
  host.readFile = (path) => sources.get(path) ?? sys.readFile(path);
  host.fileExists = (path) => sources.has(path) || sys.fileExists(path);
  host.getCurrentDirectory = () => packageRoot;
  const program = ts.createProgram([...sources.keys()], options, host);
  const errorsOf = (block: CodeBlock): string[] =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(pathOf(block)))
      .map((diagnostic) => described(block, diagnostic));
  return new Map(blocks.map((block) => [block, errorsOf(block)]));
}

function described({ document }: CodeBlock, { file, start = 0, messageText }: ts.Diagnostic): string {
  const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  return `${document}:${line} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
}
