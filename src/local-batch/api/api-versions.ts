import { Refusal } from "./refusal.js";

/**
 * The supported API versions, oldest first: those that clients in use send. 2015-12-01.2.2 is answered as the next one: recordings of 2016 show no
 * difference for files.
 */
export const apiVersions = [
  "2015-12-01.2.2",
  "2016-02-01.3.0",
  "2016-07-01.3.1",
  "2017-01-01.4.0",
  "2017-05-01.5.0",
  "2017-06-01.5.1",
  "2017-09-01.6.0",
  "2018-03-01.6.1",
  "2018-08-01.7.0",
  "2018-12-01.8.0",
  "2019-06-01.9.0",
  "2019-08-01.10.0",
  "2020-03-01.11.0",
  "2020-09-01.12.0",
  "2021-06-01.14.0",
  "2022-01-01.15.0",
  "2022-06-01.15.0",
  "2022-10-01.16.0",
  "2023-05-01.17.0",
  "2023-11-01.18.0",
  "2024-02-01.19.0",
  "2024-07-01.20.0",
  "2025-06-01",
] as const;

/** An API version. Versions compare as strings: a later one is greater. */
export type ApiVersion = (typeof apiVersions)[number];

/** @throws Refusal if the version is missing or not supported. */
export function requireApiVersion(version: string | undefined): ApiVersion {
  if (version === undefined || version === "")
    throw new Refusal("MissingRequiredQueryParameter", { QueryParameterName: "api-version" });
  const known = apiVersions.find((one) => one === version);
  if (known !== undefined) return known;
  throw new Refusal("UnsupportedRequestVersion", {
    QueryParameterName: "api-version",
    QueryParameterValue: version,
    Reason: `The local Batch service supports ${apiVersions.join(", ")}.`,
  });
}
