import assert from "node:assert/strict";
import fc from "fast-check";

import { parseConnectionString } from "../../../src/storage/clients/connection-string.js";
import { openAccountByConnectionString } from "../../../src/storage/clients/open-store.js";
import type { FuzzTarget } from "../support/fuzz-target.js";
import { attempt, attemptArgument, requireHidden } from "../support/properties.js";

const secret = "S3cretS3cretS3cret";
const key = `${secret}Cg==`;

const part = fc.oneof(
  fc.constantFrom(
    "DefaultEndpointsProtocol=https",
    "DefaultEndpointsProtocol=http",
    "AccountName=films",
    "EndpointSuffix=core.windows.net",
  ),
  fc.constantFrom(
    `AccountKey=${key}`,
    `AccountKey = ${key}`,
    `accountkey="${key}"`,
    `SharedAccessSignature=sv=1&sp=r&se=2030-01-01&sig=${secret}`,
  ),
  fc.constantFrom(
    "BlobEndpoint=https://films.blob.core.windows.net/",
    "BlobEndpoint=http://127.0.0.1:1/films",
    "UseDevelopmentStorage=true",
    "",
    " ",
  ),
);

/** The value of a part by a simple rule, for strings that have each name once and no spaces. */
function valueOf(text: string, name: string): string | undefined {
  return text
    .split(";")
    .find((one) => one.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

export const target: FuzzTarget = {
  seeds: [
    `DefaultEndpointsProtocol=https;AccountName=films;AccountKey=${key};EndpointSuffix=core.windows.net`,
    `BlobEndpoint=https://films.blob.core.windows.net/;SharedAccessSignature=?sv=1&sp=r&se=2030-01-01&sig=${secret}`,
    "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://proxy",
    `AccountName=films;AccountKey=${key}`,
  ],
  grammar: fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(";")),
  words: [
    "AccountKey=",
    "AccountName=",
    "SharedAccessSignature=",
    "BlobEndpoint=",
    "EndpointSuffix=",
    "https://",
    "?",
    ";",
    " = ",
  ],
  check(input) {
    const { value: parsed, error } = attempt(
      () => parseConnectionString(input),
      (thrown) => (thrown as Error).constructor === Error,
    );
    requireHidden(error, secret);
    const opened = attemptArgument(() => openAccountByConnectionString(input, {}));
    requireHidden(opened.error, secret);
    if (parsed === undefined) {
      assert.ok(opened.error !== undefined);
      return;
    }
    if (
      input.split(";").every((one) => /^[A-Za-z]+=[!-~]+$/.test(one)) &&
      parsed.key !== undefined &&
      valueOf(input, "UseDevelopmentStorage") === undefined
    ) {
      const names = input.split(";").map((one) => one.split("=")[0]?.toLowerCase());
      if (
        new Set(names).size === names.length &&
        names.includes("accountkey") &&
        valueOf(input, "AccountKey") !== undefined
      )
        assert.equal(parsed.key.key, valueOf(input, "AccountKey"));
    }
  },
};
