import mime from "mime";
import otherTypes from "mime/types/other.js";
import standardTypes from "mime/types/standard.js";
import { expect, test, vi } from "vitest";

import { chooseContentType } from "../../src/storage/content-type.js";

test.each([
  ["stdout.txt", "text/plain; charset=utf-8"],
  ["render.log", "text/plain; charset=utf-8"],
  ["RENDER.LOG", "text/plain; charset=utf-8"],
  ["a/b.c/stderr.txt", "text/plain; charset=utf-8"],
  ["frame.jpg", "image/jpeg"],
  ["film.webp", "image/webp"],
  ["data.json", "application/json"],
  ["table.csv", "text/csv"],
  ["page.html", "text/html"],
  ["all.tar.gz", "application/gzip"],
])("%s is %s", (path, type) => {
  expect(chooseContentType(path)).toBe(type);
});

test.each([
  "model.weights-7",
  "core",
  "folder.txt/core",
  "txt",
  "log",
  "json",
  ".txt",
  "a/.log",
  "name.",
  "😀",
])("%s has no known content type", (path) => {
  expect(chooseContentType(path)).toBe("application/octet-stream");
});

test("each extension of the tables has the type that the library finds, whether it is searched for or looked up", async () => {
  const extensions = [standardTypes, otherTypes]
    .flatMap((table) => Object.values<readonly string[]>(table))
    .flat()
    .map((extension) => extension.replace("*", ""))
    .filter((extension) => !["txt", "log"].includes(extension) && mime.getType(extension) !== "text/plain");
  expect(extensions.length).toBeGreaterThan(1_000);
  const expected = extensions.map((extension) => mime.getType(extension));
  expect(extensions.map((extension) => chooseContentType(`a.${extension}`))).toEqual(expected);
  // In a new module the first ones are searched for; these are the last ones of the tables.
  vi.resetModules();
  const fresh = await import("../../src/storage/content-type.js");
  const last = extensions.slice(-12);
  expect(last.map((extension) => fresh.chooseContentType(`a.${extension}`))).toEqual(expected.slice(-12));
});
