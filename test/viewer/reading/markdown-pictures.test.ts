import { expect, test } from "vitest";

import { resolvePicture } from "../../../src/viewer/web/file/views/markdown-picture.js";

const output = {
  container: "job-x",
  blobName: "t1/$TaskOutput/reports/a b/notes.md",
  path: "reports/a b/notes.md",
};

test("a relative picture is an output of the same task and kind", () => {
  const content = (path: string) => `content/job-x/t1/%24TaskOutput/${path}`;
  expect(resolvePicture(output, "loss.png")).toBe(content("reports/a%20b/loss.png"));
  expect(resolvePicture(output, "./x%20y.png")).toBe(content("reports/a%20b/x%20y.png"));
  expect(resolvePicture(output, "../loss.png")).toBe(content("reports/loss.png"));
  expect(resolvePicture(output, "../../../../../../t2/loss.png")).toBe(content("t2/loss.png"));
  expect(resolvePicture({ ...output, path: "notes.md", blobName: "$JobOutput/notes.md" }, "a/b.png")).toBe(
    "content/job-x/%24JobOutput/a/b.png",
  );
});

test("any other URL is not loaded", () => {
  for (const source of [
    "",
    "https://example.com/a.png",
    "//example.com/a.png",
    "/api/config",
    "\\\\example.com\\a.png",
    "data:image/png;base64,AA",
    "javascript:alert(1)",
    "#a",
    "?q",
    "%E0%A4%A.png",
    "x%2f..%2f..%2fsecret.png",
    "./",
  ])
    expect(resolvePicture(output, source), source).toBeUndefined();
});
