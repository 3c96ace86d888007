import { describe, expect, test } from "vitest";

import { JobOutputKind, TaskOutputKind } from "../../../src/conventions/index.js";
import { chooseViewKind } from "../../../src/viewer/web/file/view-kind.js";
import { isInGallery, isPicture, pictureExtensions } from "../../../src/viewer/web/model/pictures.js";

describe("isPicture", () => {
  test.each(pictureExtensions)("a file *.%s is a picture in lists, and in its own view", (extension) => {
    const file = { path: `results/frame.${extension.toUpperCase()}`, head: new Uint8Array() };
    expect(isPicture(file)).toBe(true);
    expect(chooseViewKind(file, () => false)).toBe("picture");
  });

  test("a file without such a name is a picture by its stored type", () => {
    expect(isPicture({ path: "frame", contentType: "image/png" })).toBe(true);
    expect(isPicture({ path: "frame", contentType: "IMAGE/APNG; a=b" })).toBe(true);
    expect(isPicture({ path: "png", contentType: "text/plain" })).toBe(false);
    expect(isPicture({ path: "scan", contentType: "image/tiff" })).toBe(false);
  });
});

describe("isInGallery", () => {
  test.each([
    [TaskOutputKind.TaskPreview, 30_000_000, true],
    [JobOutputKind.JobPreview, 30_000_000, true],
    [JobOutputKind.JobOutput, 4_194_304, true],
    [JobOutputKind.JobOutput, 4_194_305, false],
    [TaskOutputKind.TaskOutput, 1, false],
  ])("a picture of kind %s and of %i bytes: %s", (kind, size, expected) => {
    expect(isInGallery({ kind, size, path: "frame.png" })).toBe(expected);
    expect(isInGallery({ kind, size, path: "frame.txt" })).toBe(false);
  });
});
