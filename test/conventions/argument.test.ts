import { describe, expect, it } from "vitest";
import { quote } from "../../src/core/browser.js";
import { jobOutputContainerName, outputBlobName } from "../../src/conventions/index.js";

describe("A rejected value in a message", () => {
  it("contains no control character, line separator or direction mark", () => {
    const steering = "\u001b[2J\u009b31m\u2028\u202e\u007f\n";
    expect(quote(steering)).toBe(String.raw`"\u001b[2J\u009b31m\u2028\u202e\u007f\n"`);
    expect(() => outputBlobName({ kind: "TaskLog", path: steering })).toThrow(/^path [\x20-\x7e]+$/);
  });

  it("is shown unchanged if it is only foreign", () => {
    expect(quote("café 語 👩‍💻")).toBe('"café 語 👩‍💻"');
  });

  it("is truncated if it is long", () => {
    expect(quote("x".repeat(100_000))).toBe(`"${"x".repeat(200)}…"`);
  });

  it.each([
    [
      "a container URL",
      "https://x.blob.core.windows.net/job-a?sv=2024-11-04&sp=racwl&sig=c2VjcmV0%2Bc2VjcmV0%3D&se=2030-01-01",
    ],
    [
      "a connection string with a key",
      "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=c2VjcmV0c2VjcmV0==;EndpointSuffix=core.windows.net",
    ],
    ["a connection string with a SAS", "BlobEndpoint=https://x;SharedAccessSignature=sv=1&sig=c2VjcmV0"],
    ["a URL that is cut", `${"x".repeat(190)}?sig=c2VjcmV0c2VjcmV0`],
  ])("holds no credential where the mistake was to pass %s", (_, mistake) => {
    expect(() => jobOutputContainerName(mistake)).toThrow(/^jobId must be/);
    expect(() => jobOutputContainerName(mistake)).not.toThrow(/c2VjcmV0/);
  });
});
