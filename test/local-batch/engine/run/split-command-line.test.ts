import fc from "fast-check";
import { expect, it } from "vitest";

import { splitCommandLine } from "../../../../src/local-batch/engine/run/split-command-line.js";

it.each([
  ["a b  c", ["a", "b", "c"]],
  [" a\tb\n", ["a", "b"]],
  ["/bin/sh -c 'echo \"$HOME\" | cat'", ["/bin/sh", "-c", 'echo "$HOME" | cat']],
  ['/bin/bash -c "echo \\"hi\\" \\\\ $X"', ["/bin/bash", "-c", 'echo "hi" \\ $X']],
  ['a "b\\n"', ["a", "b\\n"]],
  ["a b\\ c", ["a", "b c"]],
  ["a 'b'\"c\"d", ["a", "bcd"]],
  ["a '' \"\"", ["a", "", ""]],
  ["a $X * > b; c | d", ["a", "$X", "*", ">", "b;", "c", "|", "d"]],
])("splits %j without a shell", (commandLine, words) => {
  expect(splitCommandLine(commandLine)).toEqual(words);
});

it.each(["", "  ", "a 'b", 'a "b', "a \\"])("finds no command in %j", (commandLine) => {
  expect(splitCommandLine(commandLine)).toBeUndefined();
});

it("returns any quoted words unchanged", () => {
  const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (words) => {
      expect(splitCommandLine(words.map(quoted).join(" "))).toEqual(words);
    }),
  );
});
