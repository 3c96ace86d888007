import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  JobOutputKind,
  type OutputAddress,
  outputBlobName,
  outputPathFor,
  outputStoragePath,
  parseOutputBlobName,
  TaskOutputKind,
} from "../../src/conventions/index.js";
import { kind, outputAddress, taskId } from "./arbitraries.js";
import {
  type BlobDestinationEntry,
  blobDestinationSets,
  type BlobPathEntry,
  blobPathSets,
} from "./conformance.js";
import { captureResult, findRefusalFault } from "./capture-result.js";

/** What we call the arguments that .NET calls otherwise. */
const ourNames: Readonly<Record<string, string>> = {
  relativePath: "sourceRelativePath",
  destinationRelativePath: "path",
  text: "kind",
};

type Entry = BlobPathEntry | BlobDestinationEntry;

function parseDestination(entry: Entry): { taskId?: string; kind: string } {
  return entry.scope === "task" ? { taskId: entry.taskId ?? "", kind: entry.kind } : { kind: entry.kind };
}

function nameOf(entry: Entry): string {
  const path =
    "sourceRelativePath" in entry ? outputPathFor(entry.sourceRelativePath) : entry.destinationRelativePath;
  return outputBlobName({ ...parseDestination(entry), path });
}

function isToBeRefused(entry: Entry): boolean {
  return entry.case === "rejected" || entry.case === "choice";
}

/** Which of our arguments a refusal may name. */
function argumentsOf({ argument }: Entry): string[] {
  return argument === undefined ? ["sourceRelativePath", "path", "kind"] : [ourNames[argument] ?? argument];
}

describe.each([
  ...blobPathSets.map((set) => ["a file saved by its relative path", ...set] as const),
  ...blobDestinationSets.map((set) => ["an output saved to an explicit destination", ...set] as const),
])("The blob name of %s", (_of, from, entries: readonly Entry[]) => {
  const kept = entries.filter((entry) => !isToBeRefused(entry));
  const refused = entries.filter(isToBeRefused);

  it(`is the one that ${from} say`, () => {
    const wrong = kept.flatMap((entry) => {
      const answer = captureResult(() => nameOf(entry));
      return answer === entry.blobName ? [] : [{ ...entry, answer }];
    });
    expect(wrong).toEqual([]);
  });

  it(`is refused, with the argument named, where ${from} give none`, () => {
    const wrong = refused.flatMap((entry) => {
      const fault = findRefusalFault(() => nameOf(entry), argumentsOf(entry));
      return fault === undefined ? [] : [{ ...entry, fault }];
    });
    expect(wrong).toEqual([]);
  });

  it(`tells task, kind and path again, for every name of ${from}`, () => {
    const wrong = kept.flatMap((entry) => {
      const { path, ...place } = parseOutputBlobName(entry.blobName ?? "") ?? { path: "" };
      const isRight =
        JSON.stringify(place) === JSON.stringify(parseDestination(entry)) &&
        entry.blobName === `${outputStoragePath(parseDestination(entry))}/${path}`;
      return isRight ? [] : [{ ...entry, place }];
    });
    expect(wrong).toEqual([]);
  });
});

describe("A blob name", () => {
  it("gives back the address that it was made of, whatever characters that holds", () => {
    fc.assert(
      fc.property(outputAddress, (address) => {
        expect(parseOutputBlobName(outputBlobName(address))).toEqual(address);
      }),
      { numRuns: 2000 },
    );
  });

  it("is unique for each address, for all short ones made of separator characters", () => {
    const addresses = allShortAddresses();
    expect(addresses.length).toBeGreaterThan(5000);
    expect(new Set(addresses.map((address) => outputBlobName(address))).size).toBe(addresses.length);
  });

  it("is formatted unchanged from its parsed parts, whoever wrote it", () => {
    const anyName = fc.string({
      unit: fc.constantFrom("t", "$", "/", "K", ".", "\\", "\n", " ", "é"),
      maxLength: 12,
    });
    let understood = 0;
    fc.assert(
      fc.property(anyName, (name) => {
        const address = parseOutputBlobName(name);
        if (!address) return;
        understood += 1;
        const task = address.taskId === undefined ? "" : `${address.taskId}/`;
        expect(`${task}$${address.kind}/${address.path}`).toBe(name);
      }),
      { numRuns: 5000 },
    );
    expect(understood).toBeGreaterThan(20);
  });

  it("is parsed also in forms that .NET writes and this package does not", () => {
    expect(parseOutputBlobName("t1/$TaskLog/a//b.")).toEqual({
      taskId: "t1",
      kind: "TaskLog",
      path: "a//b.",
    });
    expect(parseOutputBlobName("$JobOutput/..\\x")).toEqual({ kind: "JobOutput", path: "..\\x" });
    expect(parseOutputBlobName("t1/$v1./a\nb")).toEqual({ taskId: "t1", kind: "v1.", path: "a\nb" });
  });

  it.each([
    ["empty", ""],
    ["without a kind", "plain/file.txt"],
    ["of a kind alone", "$JobOutput"],
    ["of a kind and a slash", "t1/$TaskLog/"],
    ["of an empty kind", "$/x"],
    ["of an empty task", "/$TaskLog/x"],
    ["of a task id that Batch does not know", "a b/$TaskLog/x"],
    ["with a folder between task and kind", "t1/sub/$TaskLog/x"],
  ])("that is %s does not follow the convention", (_, name) => {
    expect(parseOutputBlobName(name)).toBeUndefined();
  });

  it("has at most 1,024 characters, including the task's id and the kind", () => {
    const address = { taskId: "t", kind: "TaskOutput" };
    expect(outputBlobName({ ...address, path: "n".repeat(1010) })).toHaveLength(1024);
    expect(
      findRefusalFault(() => outputBlobName({ ...address, path: "n".repeat(1011) }), ["path"]),
    ).toBeUndefined();
  });

  it("has at most 254 segments", () => {
    const path = (segments: number): string => Array.from({ length: segments }, () => "s").join("/");
    expect(outputBlobName({ kind: "JobOutput", path: path(253) }).split("/")).toHaveLength(254);
    const fault = findRefusalFault(() => outputBlobName({ kind: "JobOutput", path: path(254) }), ["path"]);
    expect(fault).toBeUndefined();
  });

  it.each([
    ["address", undefined],
    ["address", null],
    ["address", "t1/$TaskLog/x"],
    ["kind", {}],
    ["kind", { taskId: "t1", kind: null, path: "x" }],
    ["taskId", { taskId: null, kind: "TaskLog", path: "x" }],
    ["taskId", { taskId: "", kind: "TaskLog", path: "x" }],
    ["taskId", { taskId: "a/b", kind: "TaskLog", path: "x" }],
    ["path", { taskId: "t1", kind: "TaskLog" }],
    ["path", { taskId: "t1", kind: "TaskLog", path: "" }],
  ])("is refused with %s named for %j", (argument, address) => {
    // A string has no kind, and is refused for that or for being one.
    const expected = typeof address === "string" ? ["address", "kind"] : [argument];
    expect(findRefusalFault(() => outputBlobName(address as OutputAddress), expected)).toBeUndefined();
  });
});

describe("The path of a kind", () => {
  it.each([
    [{ kind: JobOutputKind.JobOutput }, "$JobOutput"],
    [{ kind: JobOutputKind.JobPreview }, "$JobPreview"],
    [{ kind: "foo" }, "$foo"],
    [{ taskId: "test-task", kind: TaskOutputKind.TaskLog }, "test-task/$TaskLog"],
    [{ taskId: "test-task", kind: TaskOutputKind.TaskOutput }, "test-task/$TaskOutput"],
    [{ taskId: "test-task", kind: TaskOutputKind.TaskPreview }, "test-task/$TaskPreview"],
    [{ taskId: "test-task", kind: "foo" }, "test-task/$foo"],
    [{ taskId: undefined, kind: "foo" }, "$foo"],
  ])("of %j is %s", (address, place) => {
    expect(outputStoragePath(address)).toBe(place);
  });

  it("with a slash begins the names of that kind's outputs, and of no other's", () => {
    fc.assert(
      fc.property(
        outputAddress,
        fc.option(taskId, { nil: undefined }),
        kind,
        (address, otherTask, otherKind) => {
          const isSame = address.kind === otherKind && "taskId" in address && address.taskId === otherTask;
          const prefix = `${outputStoragePath({ taskId: otherTask, kind: otherKind })}/`;
          expect(outputBlobName(address).startsWith(prefix)).toBe(isSame);
          const own =
            "taskId" in address ? { taskId: address.taskId, kind: address.kind } : { kind: address.kind };
          expect(outputBlobName(address).startsWith(`${outputStoragePath(own)}/`)).toBe(true);
        },
      ),
    );
  });
});

/** Every address of task ids, kinds and paths of few characters, those that separate among them. */
function allShortAddresses(): OutputAddress[] {
  const words = (alphabet: readonly string[], length: number): string[] =>
    length === 0
      ? [""]
      : ["", ...words(alphabet, length - 1).flatMap((word) => alphabet.map((letter) => letter + word))];
  const kinds = new Set(words(["a", "$"], 3));
  const paths = new Set(words(["a", "$", "/"], 6));
  kinds.delete("");
  const legal = [...paths].filter((path) => path !== "" && !/^\/|\/\/|\/$/.test(path));
  return [undefined, "a", "aa"].flatMap((task) =>
    [...kinds].flatMap((ofKind) =>
      legal.map((path) =>
        task === undefined ? { kind: ofKind, path } : { taskId: task, kind: ofKind, path },
      ),
    ),
  );
}
