import { ContainerClient } from "@azure/storage-blob";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outputBlobName, parseOutputBlobUrl } from "../../src/conventions/index.js";
import { outputAddress } from "./arbitraries.js";
import { filePathSets } from "./conformance.js";

function filePathOf(url: string): string | undefined {
  return parseOutputBlobUrl(url)?.path;
}

describe("The file path of an output's URL", () => {
  it.each(filePathSets)("is the one that %s say", (_from, entries) => {
    const wrong = entries
      .filter((entry) => entry.case !== "choice")
      .map((entry) => ({ ...entry, answer: filePathOf(entry.uri) ?? null }))
      .filter(({ answer, filePath }) => answer !== filePath);
    expect(wrong).toEqual([]);
  });

  it.each(filePathSets)(
    "is found only if task, kind and path result in the same blob name, in %s",
    (_from, entries) => {
      const choices = entries.filter((entry) => entry.case === "choice");
      const wrong = choices.filter(({ uri }) => {
        const found = parseOutputBlobUrl(uri);
        return found && !decodeURIComponent(uri).endsWith(`/${outputBlobName(found)}`);
      });
      expect(wrong).toEqual([]);
    },
  );

  it.each([
    ["job storage", "https://x.blob.core.windows.net/job-someid/$JobOutput/movie.mp4", "movie.mp4"],
    [
      "task storage",
      "https://x.blob.core.windows.net/job-someid/sometaskid/$TaskLog/stdout.txt",
      "stdout.txt",
    ],
    [
      "a multilevel path",
      "https://x.blob.core.windows.net/job-someid/$JobOutput/how/deep/does/this/go.txt",
      "how/deep/does/this/go.txt",
    ],
    [
      "special characters",
      "https://x.blob.core.windows.net/job-someid/$JobOutput/Testing$/SpecialCharacters%/stdout.txt",
      "Testing$/SpecialCharacters%/stdout.txt",
    ],
  ])("reflects the storage path of %s", (_, url, path) => {
    expect(filePathOf(url)).toBe(path);
  });

  it("is returned with container, task and kind, and without the SAS", () => {
    const url = "https://x.blob.core.windows.net/job-a/t1/$My%20Kind/x%2Fy.txt?sv=1&sig=abc#top";
    expect(parseOutputBlobUrl(url)).toEqual({
      containerName: "job-a",
      taskId: "t1",
      kind: "My Kind",
      path: "x/y.txt",
    });
  });

  it.each([
    "https://x.blob.core.windows.net",
    "http://127.0.0.1:10000/devstoreaccount1",
    "http://[::1]:10000/devstoreaccount1",
    "http://localhost/devstoreaccount1",
    "http://host.docker.internal:10000/devstoreaccount1",
    "http://azurite:10000/devstoreaccount1",
    "http://devstoreaccount1.blob.localhost:10000",
    "https://outputs.example.com",
    "https://outputs.example.com:8443",
  ])("is found for every output of an account at %s, as the SDK writes its URL", (account) => {
    const container = new ContainerClient(`${account}/job-a?sv=2024-11-04&sig=not%2Fa%2Fsignature`);
    expect(container.containerName).toBe("job-a");
    fc.assert(
      fc.property(outputAddress, (address) => {
        const { url } = container.getBlobClient(outputBlobName(address));
        expect(parseOutputBlobUrl(url)).toEqual({ containerName: "job-a", ...address });
      }),
      { numRuns: 300 },
    );
  });

  it.each(["LOCALHOST", "Host.Docker.Internal", "user:password@localhost", "user@127.0.0.1:80"])(
    "is found if the URL's host is written %s",
    (host) => {
      const parsed = parseOutputBlobUrl(`http://${host}/devstoreaccount1/job-a/$JobOutput/x`);
      expect(parsed).toEqual({ containerName: "job-a", kind: "JobOutput", path: "x" });
    },
  );

  it.each([
    ["no URL", "job-a/$JobOutput/x"],
    ["empty", ""],
    ["a path", "/job-a/$JobOutput/x"],
    ["without a host", "https:///job-a/$JobOutput/x"],
    ["of an account", "https://x.blob.core.windows.net/"],
    ["of a container", "https://x.blob.core.windows.net/job-a"],
    ["of an emulator's container", "http://127.0.0.1:10000/devstoreaccount1/job-a"],
    ["with an empty container", "https://x.blob.core.windows.net//$JobOutput/x"],
    ["of a blob without a kind", "https://x.blob.core.windows.net/job-a/plain/file.txt"],
  ])("is not found in %s", (_, url) => {
    expect(parseOutputBlobUrl(url)).toBeUndefined();
  });

  it("keeps what looks like an escape and is none, or is no UTF-8", () => {
    const url = "https://x.blob.core.windows.net/job-a/$JobOutput/";
    expect(filePathOf(`${url}100%/%zz%41`)).toBe("100%/%zzA");
    expect(filePathOf(`${url}caf%E9.txt`)).toBe("caf%E9.txt");
  });
});
