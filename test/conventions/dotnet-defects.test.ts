import { describe, expect, it } from "vitest";
import {
  jobIdFromContainerName,
  jobIdFromTaskUrl,
  jobOutputContainerName,
  outputBlobName,
  outputPathFor,
  outputStoragePath,
  parseOutputBlobName,
  parseOutputBlobUrl,
} from "../../src/conventions/index.js";
import { findRefusalFault } from "./capture-result.js";

/** What misbehaves in the .NET library where it makes and reads names; the ids are those of docs/conventions.md. */
describe("Defects of the .NET library that names must not have", () => {
  it("D1 · a path with several up-steps returns at once", () => {
    for (const path of ["../../x", "..\\../x", "../../../x", "..\\../..\\x"])
      expect(outputPathFor(path)).toBe("x");
    expect(findRefusalFault(() => outputPathFor("../../"), ["sourceRelativePath"])).toBeUndefined();
  });

  it("D2 · what follows an up-step has slashes only, and no further up-step", () => {
    expect(outputPathFor("..\\sub\\a.txt")).toBe("sub/a.txt");
    expect(outputPathFor("..\\..\\x")).toBe("x");
    expect(outputPathFor("../..\\../x")).toBe("x");
  });

  it("D3 · the prefix of a kind, with its slash, does not begin the names of a kind that only begins like it", () => {
    const prefix = `${outputStoragePath({ taskId: "t1", kind: "TaskOutput" })}/`;
    for (const kind of ["TaskOutput2", "TaskOutputExtra"])
      expect(outputBlobName({ taskId: "t1", kind, path: "x" }).startsWith(prefix)).toBe(false);
    expect(outputBlobName({ taskId: "t10", kind: "TaskOutput", path: "x" }).startsWith(prefix)).toBe(false);
    expect(outputBlobName({ taskId: "t1", kind: "TaskOutput", path: "x" }).startsWith(prefix)).toBe(true);
    expect("t1/$TaskOutput".startsWith(prefix)).toBe(false);
  });

  it("D12 · a path that would lead to another kind, task or container is refused, given or derived", () => {
    for (const path of [
      "x/../../../other-task/$TaskOutput/y",
      "x/../../../../other-container/y",
      "a/..",
      ".",
      "a/./b",
    ]) {
      expect(findRefusalFault(() => outputPathFor(path), ["sourceRelativePath"])).toBeUndefined();
      const name = (): string => outputBlobName({ taskId: "t1", kind: "TaskOutput", path });
      expect(findRefusalFault(name, ["path"])).toBeUndefined();
    }
    const upwards = (): string => outputBlobName({ taskId: "t1", kind: "TaskOutput", path: "../x" });
    expect(findRefusalFault(upwards, ["path"])).toBeUndefined();
  });

  it("D17 · the two jobs that share a container are known, and its name is not read as either", () => {
    const hashed = "my_job-bob";
    const plain = "my-job-bob-e04620bc2add214df74e158ba60d24273a0e0927";
    const shared = jobOutputContainerName(hashed);
    expect(jobOutputContainerName(plain)).toBe(shared);
    expect(jobIdFromContainerName(shared)).toBeUndefined();
  });

  it("D18 · a name that is no output's is recognized, and a plus in a URL is a plus", () => {
    expect(parseOutputBlobName("plain/file.txt")).toBeUndefined();
    expect(parseOutputBlobName("$JobOutput")).toBeUndefined();
    expect(parseOutputBlobUrl("https://x.blob.core.windows.net/job-a/$JobOutput/a+b.txt")?.path).toBe(
      "a+b.txt",
    );
    expect(parseOutputBlobUrl("http://127.0.0.1:10000/devstoreaccount1/$root/$JobOutput/x.txt")).toEqual({
      containerName: "$root",
      kind: "JobOutput",
      path: "x.txt",
    });
    const slashInKind = (): string => outputBlobName({ kind: "a/b", path: "x.txt" });
    expect(findRefusalFault(slashInKind, ["kind"])).toBeUndefined();
  });

  it("D19 · the job's id in a task's URL is decoded, and an empty one is the URL's fault", () => {
    const id = jobIdFromTaskUrl("https://a.example/jobs/sched%3Ajob-1/tasks/t");
    expect(id).toBe("sched:job-1");
    expect(jobOutputContainerName(id)).toMatch(/^job-sched-job-1-[0-9a-f]{40}$/);
    expect(
      findRefusalFault(() => jobIdFromTaskUrl("https://a.example/jobs//tasks/t"), ["url"]),
    ).toBeUndefined();
  });

  it("D20 · null and nothing are refused alike everywhere, under the names that callers know", () => {
    for (const nothing of [null, undefined]) {
      const none = nothing as unknown as string;
      const faults = [
        findRefusalFault(() => jobOutputContainerName(none), ["jobId"]),
        findRefusalFault(() => outputStoragePath({ kind: none }), ["kind"]),
        findRefusalFault(() => outputBlobName({ kind: none, path: "x" }), ["kind"]),
        findRefusalFault(() => outputBlobName({ kind: "TaskLog", path: none }), ["path"]),
        findRefusalFault(() => outputPathFor(none), ["sourceRelativePath"]),
        findRefusalFault(() => jobIdFromTaskUrl(none), ["url"]),
      ];
      expect(faults).toEqual(faults.map(() => undefined));
    }
    expect(findRefusalFault(() => outputPathFor("../"), ["sourceRelativePath"])).toBeUndefined();
  });
});
