import assert from "node:assert/strict";
import { isAbsolute, join, win32 } from "node:path";
import fc from "fast-check";

import { LocalNames } from "../../../src/outputs/index.js";
import { formatContentDisposition } from "../../../src/viewer/server/http/content-disposition.js";
import type { FuzzTarget } from "../support/fuzz-target.js";

const segment = fc.constantFrom(
  "a",
  "A",
  "b.txt",
  "..",
  ".",
  "",
  "CON",
  "nul.txt",
  "COM1",
  "a ",
  "a.",
  "LONGNA~1.TXT",
  "a:b",
  "c:",
  "a\\b",
  "\u202ea",
  "é",
  "e\u0301",
  "ß",
  "x".repeat(300),
  "😀".repeat(70),
  "a<b>|?*",
  "\ud800",
  "~",
);

/** As file systems compare names: that of macOS ignores how accents are encoded. */
function fold(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** Paths of outputs, one a line: no two get one name, on any system. */
export const target: FuzzTarget = {
  seeds: [
    "a/b.txt\nA/B.txt\na",
    "CON\ncon.txt\nLONGNA~1.TXT",
    "../../etc/passwd\nC:\\x\n/x",
    `${"x".repeat(300)}/${"é".repeat(200)}`,
  ],
  grammar: fc
    .array(
      fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/")),
      { minLength: 1, maxLength: 8 },
    )
    .map((paths) => paths.join("\n")),
  words: ["/", "\\", "..", "\n", "a", "A", "CON", ".", " ", ":", "~1"],
  check(input) {
    const names = new LocalNames();
    const again = new LocalNames();
    const files = new Set<string>();
    const folders = new Set<string>();
    for (const path of new Set(input.split("\n"))) {
      const name = names.choose(path);
      assert.equal(again.choose(path), name, "the same outputs get the same names");
      assert.ok(!isAbsolute(name) && !win32.isAbsolute(name) && !name.includes("\\") && !name.includes("\0"));
      assert.ok(
        join("/folder", name).startsWith("/folder/") &&
          win32.join("c:\\folder", name).startsWith("c:\\folder\\"),
      );
      const segments = name.split("/");
      for (const one of segments) {
        assert.ok(
          one !== "" && one !== "." && one !== ".." && Buffer.byteLength(one) <= 255,
          `no system stores ${one}`,
        );
        assert.doesNotMatch(one, /[<>:"|?*\p{Cc}]|[. ]$/u);
        assert.doesNotMatch(one, /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i);
      }
      const key = fold(name);
      assert.ok(!files.has(key) && !folders.has(key), `${name} is two files`);
      files.add(key);
      segments.slice(0, -1).forEach((_, index) => {
        const folder = fold(segments.slice(0, index + 1).join("/"));
        assert.ok(!files.has(folder), `${folder} is a file and a folder`);
        folders.add(folder);
      });
    }
    // No blob has a name with a lone surrogate: listings and addresses are UTF-8.
    if (/[\ud800-\udfff]/u.test(input)) return;
    const header = formatContentDisposition("attachment", input);
    assert.match(header, /^attachment; filename="[^"\\%]*"; filename\*=UTF-8''[\w%.~-]+$/);
    assert.equal(new Headers({ "content-disposition": header }).get("content-disposition"), header);
  },
};
