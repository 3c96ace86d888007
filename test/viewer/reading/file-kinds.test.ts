import { describe, expect, it } from "vitest";

import { base64ToHex } from "../../../src/viewer/web/format/base64-to-hex.js";
import { formatHexRow } from "../../../src/viewer/web/file/text/format-hex-row.js";
import { chooseViewKind, listViewKinds } from "../../../src/viewer/web/file/view-kind.js";
import { getSourceLanguage } from "../../../src/viewer/web/file/views/source-language.js";
import { parseCsv, parseJsonLines } from "../../../src/viewer/web/file/data/tables.js";

const png = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1");
const isSource = (path: string) => getSourceLanguage(path) !== undefined;

function kind(path: string, head: string | Uint8Array, contentType?: string) {
  const bytes = typeof head === "string" ? new TextEncoder().encode(head) : head;
  return chooseViewKind({ path, head: bytes, contentType }, isSource);
}

describe("how a file is shown", () => {
  it("follows its name", () => {
    expect(kind("a/frame.png", png)).toBe("picture");
    expect(kind("drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")).toBe("picture");
    expect(kind("report.html", "<!doctype html>")).toBe("html");
    expect(kind("table.CSV", "a,b\n")).toBe("table");
    expect(kind("events.jsonl", "{}\n")).toBe("ndjson");
    expect(kind("main.py", "print()\n")).toBe("code");
    expect(kind("analysis.ipynb", '{"cells":[]}')).toBe("notebook");
    expect(kind("Dockerfile", "FROM scratch\n")).toBe("code");
  });

  it("follows the stored content type if the name has no known extension", () => {
    expect(kind("result", "{}", "application/json; charset=utf-8")).toBe("json");
    expect(kind("result", "a;b", "text/csv")).toBe("table");
    expect(kind("page", "<p>", "text/html")).toBe("html");
  });

  it("follows the bytes if name and content type are not known", () => {
    expect(kind("noname", png)).toBe("picture");
    expect(kind("noname", "%PDF-1.7\n\0\0")).toBe("pdf");
    expect(kind("noname", "just text", "application/octet-stream")).toBe("text");
    expect(kind("noname", Uint8Array.from([1, 0, 2, 0]))).toBe("hex");
    expect(kind("constructor", "x")).toBe("text");
    expect(kind("a.toString", "x")).toBe("text");
  });

  it("prefers the bytes to a wrong name or content type", () => {
    expect(kind("picture.png", "<script>alert(1)</script>", "image/png")).toBe("text");
    expect(kind("notes.txt", png, "text/plain")).toBe("picture");
    expect(kind("notes.md", Uint8Array.from([0, 1, 2]))).toBe("hex");
    expect(kind("film.mp4", "<html>")).toBe("text");
  });

  it("recognizes text whose last character is cut", () => {
    expect(kind("noname", new TextEncoder().encode("größer €").subarray(0, -1))).toBe("text");
  });

  it("can always be as text or as bytes", () => {
    expect(listViewKinds("pdf")).toEqual(["pdf", "text", "hex"]);
    expect(listViewKinds("text")).toEqual(["text", "hex"]);
  });
});

describe("tables", () => {
  it("read CSV with any separator, quoted or not", () => {
    expect(parseCsv('a,b\n1,"x, ""y""\nz"\n')).toMatchObject({
      columns: ["a", "b"],
      rows: [["1", 'x, "y"\nz']],
    });
    expect(parseCsv("\ufeffa;b\n1;2\n")).toMatchObject({ columns: ["a", "b"], rows: [["1", "2"]] });
  });

  it("have a column for each member of the lines, and one for lines that are not objects", () => {
    expect(parseJsonLines('{"a":1,"b":{"c":2}}\n[3]\nbroken {\n{"b":"x"}\n')).toMatchObject({
      columns: ["a", "b", "value"],
      rows: [
        ["1", '{"c":2}'],
        ["", "", "[3]"],
        ["", "", "broken {"],
        ["", "x"],
      ],
    });
  });

  it("have members with names of Object.prototype as columns", () => {
    expect(parseJsonLines('{"__proto__":"x","constructor":1}\n')).toMatchObject({
      columns: ["__proto__", "constructor"],
      rows: [["x", "1"]],
    });
  });
});

describe("bytes in hexadecimal", () => {
  it("are shown in two groups of eight beside their characters", () => {
    expect(formatHexRow(32, new TextEncoder().encode("Hello\nworld!\0"))).toEqual({
      offset: "00000020",
      values: "48 65 6c 6c 6f 0a 77 6f  72 6c 64 21 00         ",
      letters: "Hello·world!·",
    });
  });

  it("show the store's base64 digest as md5sum prints it", () => {
    expect(base64ToHex("1B2M2Y8AsgTpgAmY7PhCfg==")).toBe("d41d8cd98f00b204e9800998ecf8427e");
  });
});
