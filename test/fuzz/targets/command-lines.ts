import assert from "node:assert/strict";
import fc from "fast-check";

import { quoteWord } from "../../../src/local-batch/engine/run/container-command.js";
import { splitCommandLine } from "../../../src/local-batch/engine/run/split-command-line.js";
import { isWindowsCommand } from "../../../src/local-batch/engine/run/windows-command.js";
import type { FuzzTarget } from "../support/fuzz-target.js";

/** Splits character by character. */
function splitSimply(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote === "'") {
      if (character === "'") quote = "";
      else word = (word ?? "") + character;
    } else if (quote === '"') {
      if (character === '"') quote = "";
      else if (character === "\\" && (next === '"' || next === "\\")) {
        word = (word ?? "") + next;
        at += 1;
      } else word = (word ?? "") + character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
    } else if (character === "\\") {
      if (next === "") return undefined;
      word = (word ?? "") + next;
      at += 1;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (quote !== "") return undefined;
  if (word !== undefined) words.push(word);
  return words.length === 0 ? undefined : words;
}

export const target: FuzzTarget = {
  seeds: [
    "/bin/sh -c 'echo \"$HOME\" | cat'",
    '/bin/bash -c "echo \\"hi\\" \\\\ $X"',
    "a b\\ c '' \"\"",
    "a 'b'\"c\"d",
    "cmd /c dir",
    '"'.repeat(999),
    `a${"\\".repeat(2000)}`,
  ],
  grammar: fc
    .array(
      fc.constantFrom("a", "b c", "'", '"', "\\", " ", "\t", "\n", "$X", '\\"', "\\'", "''", "\u00a0", "é😀"),
      { maxLength: 20 },
    )
    .map((parts) => parts.join("")),
  words: ["'", '"', "\\", " ", "\\\\", '\\"'],
  check(input) {
    const words: readonly string[] | undefined = splitCommandLine(input);
    assert.deepEqual(words, splitSimply(input));
    isWindowsCommand(input);
    if (words !== undefined) assert.deepEqual(splitCommandLine(words.map(quoteWord).join(" ")), words);
    assert.deepEqual(splitCommandLine(`a ${quoteWord(input)}`), ["a", input]);
  },
};
