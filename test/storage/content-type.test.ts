import { expect, test } from "vitest";

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
