import { AzureSASCredential } from "@azure/core-auth";
import { describe, expect, it } from "vitest";
import { isArgumentError } from "../../../src/core/index.js";
import { BatchOutputsClient, JobOutputStorage } from "../../../src/outputs/index.js";

const container = "https://films.blob.core.windows.net/job-film-7";
const sas = "sv=2024-11-04&se=2030-01-31T12%3A00%3A00Z&sr=c&sp=racwl&sig=c2VjcmV0c2VjcmV0c2VjcmV0%2Bc2U%3D";

const damaged: readonly (readonly [what: string, query: string, problem: RegExp])[] = [
  ["copied from HTML", sas.replaceAll("&", "&amp;"), /copied from HTML/],
  ["encoded twice", sas.replaceAll("%", "%25"), /percent-encoded twice: its "se"/],
  ["a signature encoded twice", sas.replace("%2B", "%252B"), /percent-encoded twice: its "sig"/],
  ["copied from JSON", sas.replaceAll("&", String.raw`\u0026`), /copied from JSON/],
  ["encoded as a whole", encodeURIComponent(sas), /percent-encoded as a whole/],
  ["with separators that are encoded", sas.replaceAll("&", "%26"), /percent-encoded as a whole/],
  ["escaped for cmd.exe", sas.replaceAll("&", "^&"), /characters that no SAS has/],
  ["escaped for a shell", sas.replaceAll("&", String.raw`\&`), /characters that no SAS has/],
  ["cut by a shell", "sv=2024-11-04", /"&" unless it is in quotes/],
  ["without a signature", sas.replace(/&sig=.*/, ""), /without a signature/],
  ["with dots in place of the signature", sas.replace(/sig=.*/, "sig=..."), /is not base64/],
  ["with a quote at the end", `${sas}%22`, /is not base64/],
  ["with an end that is no date", sas.replace("2030-01-31", "2030-31-01"), /whose end \("se"\)/],
  ["with an end in another notation", sas.replace(/se=[^&]*/, "se=01/31/2030"), /whose end \("se"\)/],
  ["with an end without a time zone", sas.replace("00Z", "00"), /whose end \("se"\)/],
  ["with a start that is no date", `${sas}&st=soon`, /whose start \("st"\)/],
  ["for a file share", sas.replace("sr=c", "sr=s"), /for Azure Files/],
  ["joined twice", `${sas}&${sas}`, /more than once/],
];

describe("A damaged SAS", () => {
  it.each(damaged)("is reported before any request: %s", (_, query, problem) => {
    for (const create of [
      () => new JobOutputStorage(`${container}?${query}`),
      () => new BatchOutputsClient(`https://films.blob.core.windows.net/?${query}`),
      () => new JobOutputStorage(container, { credential: new AzureSASCredential(query) }),
      () =>
        BatchOutputsClient.fromConnectionString(
          `BlobEndpoint=https://films.blob.core.windows.net;SharedAccessSignature=${query}`,
        ),
    ]) {
      let error: unknown;
      try {
        create();
      } catch (reason) {
        error = reason;
      }
      if (!isArgumentError(error)) throw new TypeError("no argument error", { cause: error });
      expect(error.message).toMatch(problem);
      expect(error.message).not.toContain("c2VjcmV0");
    }
  });

  it('is reported before any request: joined with its own "?"', () => {
    expect(() => new JobOutputStorage(`${container}??${sas}`)).toThrow(/second "\?" before it/);
  });

  it.each([
    sas,
    sas.replace("T12%3A00%3A00Z", ""),
    sas.replace("%3D", "="),
    sas.replace("%2B", "+"),
    `${sas}&st=2024-01-01T00:00Z&spr=https,http&sip=10.0.0.1-10.0.0.9`,
    "sv=2024-11-04&si=nightly&sr=c&sig=c2VjcmV0",
  ])("a valid SAS is accepted unchanged: %s", (query) => {
    expect(new JobOutputStorage(`${container}?${query}`).containerClient.url).toContain("sig=");
  });
});
