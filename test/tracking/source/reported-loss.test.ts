import { expect, test } from "vitest";

import { OpenFiles } from "../../../src/tracking/source/files/open-files.js";
import { startSource } from "../../../src/tracking/source/resume/start-source.js";
import { SimulatedFiles, SimulatedFolder } from "../simulation/simulated-files.js";

/** A source of a log whose file does not exist yet, and before which bytes may be missing. */
async function startWithLoss() {
  const folder = new SimulatedFolder(true);
  const files = new SimulatedFiles(folder, () => Promise.resolve());
  const access = { files, openFiles: new OpenFiles(8) };
  const { source } = await startSource({ access, path: "/work/app.log", isTracked: () => false });
  await source.suspectGap();
  return { folder, source };
}

test("a loss that is found while another one is recorded is reported after what was written between them", async () => {
  const { folder, source } = await startWithLoss();
  expect(await source.next(() => 0, 100)).toMatchObject({ kind: "lost" });
  folder.write("app.log", Buffer.from("first"));
  await source.look();
  folder.remove("app.log");
  folder.write("app.log.1", Buffer.from("of unknown origin"));
  await source.look();
  await source.acknowledgeLoss();
  expect(await source.next(() => 0, 100)).toMatchObject({ kind: "data", data: Buffer.from("first") });
  expect(await source.next(() => 5, 100)).toMatchObject({ kind: "lost" });
  await source.acknowledgeLoss();
  expect(await source.next(() => 5, 100)).toBeUndefined();
  await source.close();
});

test("a loss that could not be recorded is returned again, before what was found since", async () => {
  const { folder, source } = await startWithLoss();
  expect(await source.next(() => 0, 100)).toMatchObject({ kind: "lost" });
  folder.write("app.log", Buffer.from("first"));
  await source.look();
  expect(await source.next(() => 0, 100)).toMatchObject({ kind: "lost" });
  expect(source.hasMoreThan(0)).toBe(true);
  await source.acknowledgeLoss();
  expect(await source.next(() => 0, 100)).toMatchObject({ kind: "data", data: Buffer.from("first") });
  await source.close();
});
