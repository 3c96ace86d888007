import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { jobOutputContainerName, JobOutputKind, TaskOutputKind } from "../../../src/conventions/index.js";
import { JobOutputStorage, type OutputStorage, TaskOutputStorage } from "../../../src/outputs/index.js";
import { captureError } from "../../support/capture-error.js";
import { collectAll, prepareJob, setUpOutputs } from "../../support/output-fixture.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { createJobId } from "../../support/create-job-id.js";
import { runSaveProgram } from "./save-program.js";
import { storedNames } from "../../support/stored-files.js";

// The tests of the .NET library that concern saving, by their names there (docs/conventions.md tells the
// deviations). What .NET calls relativePath is sourcePath here, and destinationRelativePath is options.destinationPath.

/** Nobody listens there: whatever makes a request fails with another error. */
const nowhere = "http://127.0.0.1:1/devstoreaccount1/job-j1?sv=2021-12-02&sr=c&sp=racwl&sig=c2VjcmV0";

const storages: [string, OutputStorage<string>][] = [
  ["JobOutputStorageUnitTests", new JobOutputStorage(nowhere, { retryOptions: { maxTries: 1 } })],
  [
    "TaskOutputStorageUnitTests",
    new TaskOutputStorage(nowhere, "test-task", { retryOptions: { maxTries: 1 } }),
  ],
];

async function expectRefusal(
  work: Promise<unknown>,
  type: typeof TypeError,
  argument: string,
): Promise<void> {
  const error = await captureError(work);
  expect(error.message).toMatch(new RegExp(`^${argument.replace(".", "\\.")} `));
  expect(error).toBeInstanceOf(type);
}

const none = null as never;

describe.each(storages)("%s", (_, storage) => {
  test("CannotPassANullKindWhenSaving", () =>
    expectRefusal(storage.save(none, "test.txt"), TypeError, "kind"));
  test("CannotPassANullFilePathWhenSaving", () =>
    expectRefusal(storage.save("TaskLog", none), TypeError, "sourcePath"));
  test("CannotPassAnEmptyFilePathWhenSaving", () =>
    expectRefusal(storage.save("TaskLog", ""), RangeError, "sourcePath"));
  test.each(["C:\\test.txt", "/test.txt"])("CannotPassAnAbsoluteFilePathWhenSaving (%s)", (path) =>
    expectRefusal(storage.save("TaskLog", path), RangeError, "sourcePath"),
  );
  const to = { destinationPath: "dest.txt" };
  test("CannotPassANullKindWhenSavingToDestination", () =>
    expectRefusal(storage.save(none, "test.txt", to), TypeError, "kind"));
  test("CannotPassANullFilePathWhenSavingToDestination", () =>
    expectRefusal(storage.save("TaskLog", none, to), TypeError, "sourcePath"));
  test("CannotPassAnEmptyFilePathWhenSavingToDestination", () =>
    expectRefusal(storage.save("TaskLog", "", to), RangeError, "sourcePath"));
  test("CannotPassANullDestinationWhenSavingToDestination", () =>
    expectRefusal(
      storage.save("TaskLog", "test.txt", { destinationPath: none }),
      TypeError,
      "options.destinationPath",
    ));
  test("CannotPassAnEmptyDestinationWhenSavingToDestination", () =>
    expectRefusal(
      storage.save("TaskLog", "test.txt", { destinationPath: "" }),
      RangeError,
      "options.destinationPath",
    ));
});

const kinds = [
  ["JobOutputStorageTests", JobOutputKind.JobOutput, "$JobOutput"],
  ["TaskOutputStorageTests", TaskOutputKind.TaskPreview, "test-task/$TaskPreview"],
] as const;

/** The .NET tests' own files, in a folder as they have them. */
async function filesFolder(): Promise<string> {
  const folder = createTemporaryFolder();
  for (const path of ["Files/TestText1.txt", "Files/Under/TestText2.txt", "Files/TestText3.txt"]) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), `This is ${path}.`);
  }
  return folder;
}

describe.each(kinds)("%s", (_, kind, place) => {
  const setUp = async () => {
    const { client, jobId, stored } = await prepareJob();
    const storage: OutputStorage<string> =
      kind === JobOutputKind.JobOutput
        ? client.getJobOutputStorage(jobId)
        : client.getTaskOutputStorage(jobId, "test-task");
    const folder = await filesFolder();
    const text1 = join(folder, "Files", "TestText1.txt");
    return { client, jobId, stored, storage, folder, text1 };
  };
  const listed = async (storage: OutputStorage<string>): Promise<string[]> =>
    (await collectAll(storage.listOutputs(kind))).map(({ filePath }) => filePath);
  /** Saves from a process of its own, whose current directory is the folder. */
  const saveFrom = async (
    folder: string,
    { client, jobId }: Awaited<ReturnType<typeof setUp>>,
    source: string,
  ) => {
    const containerUrl = await client.getOutputStorageContainerUrl(jobId);
    return await runSaveProgram([[kind, source]], { containerUrl, cwd: folder, taskId });
  };
  const taskId = kind === TaskOutputKind.TaskPreview ? "test-task" : "none";

  test("IfAFileIsSaved_ThenItAppearsInTheList", async () => {
    const { storage, text1, stored } = await setUp();
    await storage.save(kind, text1, { destinationPath: "TestText1.txt" });
    expect(await listed(storage)).toEqual(["TestText1.txt"]);
    expect(await stored.getBlobClient(`${place}/TestText1.txt`).exists()).toBe(true);
  });

  test("IfAFileIsSaved_UsingThePublicMethod_ThenTheCurrentDirectoryIsInferred", async () => {
    const made = await setUp();
    expect(await saveFrom(made.folder, made, "Files/TestText1.txt")).toMatchObject([{ status: "saved" }]);
    expect(await listed(made.storage)).toEqual(["Files/TestText1.txt"]);
  });

  test("IfAFileIsSavedWithAnExplicitPath_ThenItAppearsInTheList", async () => {
    const { storage, text1 } = await setUp();
    await storage.save(kind, text1, { destinationPath: "RenamedTestText1.txt" });
    expect(await listed(storage)).toEqual(["RenamedTestText1.txt"]);
  });

  test("IfAFileWithAMultiLevelPathIsSaved_ThenItAppearsInTheList", async () => {
    const made = await setUp();
    expect(await saveFrom(made.folder, made, "Files\\Under\\TestText2.txt")).toMatchObject([
      { status: "saved" },
    ]);
    expect(await listed(made.storage)).toEqual(["Files/Under/TestText2.txt"]);
  });

  test("IfAFileIsSavedWithAnExplicitMultiLevelPath_ThenItAppearsInTheList", async () => {
    const { storage, text1 } = await setUp();
    await storage.save(kind, text1, { destinationPath: "File/In/The/Depths/TestText3.txt" });
    expect(await listed(storage)).toEqual(["File/In/The/Depths/TestText3.txt"]);
  });

  test("IfAFileIsSaved_ThenItAppearsInTheListByHierachy", async () => {
    const { storage, text1, stored } = await setUp();
    await storage.save(kind, text1, { destinationPath: "Under/TestText1.txt" });
    const items = await collectAll(stored.listBlobsByHierarchy("/", { prefix: `${place}/Under/` }));
    expect(items.map(({ name }) => name)).toEqual([`${place}/Under/TestText1.txt`]);
  });

  test.each(["TestText1.txt", "This/File/Is/Deep/TestText1.txt"])(
    "IfAFileIsSaved_ThenItCanBeGot (%s: WithAMultiLevelPath)",
    async (destinationPath) => {
      const { storage, text1 } = await setUp();
      await storage.save(kind, text1, { destinationPath });
      const got = await storage.getOutput(kind, destinationPath).downloadToBuffer();
      expect(got.toString()).toBe("This is Files/TestText1.txt.");
    },
  );

  test("IfTextIsSaved_ThenItCanBeGot", async () => {
    const { storage } = await setUp();
    await storage.saveText(kind, "Lorem ipsum: 日本語", "lorem.txt");
    expect((await storage.getOutput(kind, "lorem.txt").downloadToBuffer()).toString()).toBe(
      "Lorem ipsum: 日本語",
    );
  });

  test("IfAFileIsSavedWithAPathOutsideTheWorkingDirectory_ThenTheUpPartsOfThePathAreStripped", async () => {
    const made = await setUp();
    const wd = join(made.folder, "Files", "Under");
    expect(await saveFrom(wd, made, "..\\TestText1.txt")).toMatchObject([{ status: "saved" }]);
    expect(await saveFrom(wd, made, "../TestText3.txt")).toMatchObject([{ status: "saved" }]);
    expect(await listed(made.storage)).toEqual(["TestText1.txt", "TestText3.txt"]);
  });
});

test("IfAUserAttemptsToWriteOutsideTheContainerByBypassingTheUpChecker_ThenTheWriteFails", async () => {
  const { client, jobId, proxy } = await setUpOutputs();
  const storage = client.getTaskOutputStorage(jobId, "test-task");
  const folder = await filesFolder();
  const source = join(folder, "Files", "TestText1.txt");
  for (const path of ["Under\\..\\..\\..\\..\\test.txt", "Under/../../../../test.txt"]) {
    await expectRefusal(
      storage.save("TaskOutput", source, { destinationPath: path }),
      RangeError,
      "options.destinationPath",
    );
    await expectRefusal(storage.save("TaskOutput", path), RangeError, "sourcePath");
  }
  expect(proxy.exchanges).toEqual([]);
});

describe("CloudJobExtensionsTests and CloudTaskExtensionsTests", () => {
  test("CloudJobOutputStorageExtensionSavesToCorrectContainer", async () => {
    const { client, jobId } = await prepareJob();
    await client.getJobOutputStorage({ id: jobId }).saveText(JobOutputKind.JobOutput, "x", "TestText1.txt");
    const url = `https://account.region.batch.azure.com/jobs/${jobId}/tasks/test-task`;
    await client
      .getTaskOutputStorage({ id: "test-task", url })
      .saveText(TaskOutputKind.TaskLog, "x", "TestText1.txt");
    const container = useSharedAzurite().serviceClient().getContainerClient(jobOutputContainerName(jobId));
    expect(await storedNames(container)).toEqual([
      "$JobOutput/TestText1.txt",
      "test-task/$TaskLog/TestText1.txt",
    ]);
  });

  test("CloudJobGetStorageContainerUrlExtensionSasPermitsWritingToJobOutputContainer", async () => {
    const { client, jobId, stored } = await prepareJob();
    const url = await client.getOutputStorageContainerUrl({ id: jobId }, { lifetimeInMs: 5 * 60_000 });
    await new JobOutputStorage(url).saveText(JobOutputKind.JobOutput, "x", "TestText1.txt");
    expect(await storedNames(stored)).toEqual(["$JobOutput/TestText1.txt"]);
  });

  test("CloudJobPrepareOutputStorageExtensionCreatesCorrectContainer", async () => {
    const { client } = await prepareJob();
    const jobId = createJobId("Dotnet_Job");
    const container = useSharedAzurite().serviceClient().getContainerClient(jobOutputContainerName(jobId));
    expect(await container.exists()).toBe(false);
    await client.prepareOutputStorage({ id: jobId });
    expect(await container.exists()).toBe(true);
  });
});
