import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  blobDestinationSets,
  blobPathSets,
  conformanceFilesIn,
  containerNameSets,
  filePathSets,
  secondFolder,
  taskUrlSets,
} from "./conformance.js";

describe("The conformance values", () => {
  it("are all there: a set that lost its entries would prove nothing", () => {
    const sets = [containerNameSets, blobPathSets, blobDestinationSets, filePathSets, taskUrlSets];
    expect(sets.map(([own]) => own?.[1].length)).toEqual([400, 228, 49, 21, 17]);
  });

  it("hold every case of blob names", () => {
    const cases = new Set(blobPathSets[0]?.[1].map((entry) => entry.case));
    expect([...cases].sort()).toEqual(["agree", "choice", "corrected", "rejected"]);
  });

  const folder = secondFolder;
  if (folder !== undefined) {
    it("of the folder that CONFORMANCE_DIR names are in files of known names", () => {
      const found = readdirSync(folder).filter((name) => name.endsWith(".json"));
      expect(found).not.toEqual([]);
      expect(conformanceFilesIn(folder).sort()).toEqual(found.sort());
    });
  }
});
