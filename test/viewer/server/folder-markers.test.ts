import { expect, test } from "vitest";
import type { OutputItem, TaskItem } from "../../../src/viewer/protocol/index.js";
import { isHierarchical } from "../../support/account-kind.js";
import { filesBesideMarkers, putFilesWithMarkers } from "../../support/folder-markers.js";
import { readFailureCode, readItems, setUpViewer, type ViewerFixture } from "./support/viewer-fixture.js";

async function viewerWithMarkers(): Promise<ViewerFixture> {
  const fixture = await setUpViewer({ allowDelete: true });
  await putFilesWithMarkers(fixture.stored, { hasOwnFolders: isHierarchical });
  return fixture;
}

const files = Object.keys(filesBesideMarkers);

test("folder markers of other programs are in no listing", async () => {
  const { ask, container } = await viewerWithMarkers();
  const namesAt = async (address: string): Promise<string[]> =>
    (await readItems<OutputItem>(await ask(`api/jobs/${container}/${address}`))).map(
      ({ blobName }) => blobName,
    );
  expect(await namesAt("outputs")).toEqual(files.filter((name) => name.startsWith("$")));
  expect(await namesAt("tasks/t1/outputs")).toEqual(files.filter((name) => name.startsWith("t1/")));
  expect(await namesAt("tasks/t2/outputs")).toEqual([]);
  const tasks = await readItems<TaskItem>(await ask(`api/jobs/${container}/tasks`));
  expect(tasks).toMatchObject([{ taskId: "t1", count: 4 }]);
});

test("a zip contains the files and no folders", async () => {
  const { ask, container } = await viewerWithMarkers();
  const response = await ask("zip", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ selection: JSON.stringify({ container }) }).toString(),
  });
  const names = Buffer.from(await response.arrayBuffer()).toString("latin1");
  for (const name of files) expect(names).toContain(name);
  expect(names).not.toMatch(/results(?!\/a\.csv)|logs(?!\/app\.log)|empty-folder/);
});

test.each([
  { address: "api/properties" },
  { address: "content" },
  { address: "api/search", query: "?q=a" },
  { address: "api/output", method: "DELETE" },
])("a folder is not found at $address", async ({ address, query = "", method = "GET" }) => {
  const { ask, container } = await viewerWithMarkers();
  for (const folder of ["t1/$TaskOutput/results", "t1/$TaskLog/logs", "t1/$TaskOutput/empty-folder/"]) {
    const response = await ask(`${address}/${container}/${folder}${query}`, { method });
    expect(await readFailureCode(response)).toBe("404 OutputNotFound");
  }
});

test("a folder cannot be verified or linked to", async () => {
  const { ask, container } = await viewerWithMarkers();
  const verified = await ask(`api/verify/${container}/t1/$TaskOutput/results`, { method: "POST" });
  expect(await verified.text()).toContain("OutputNotFound");
});
