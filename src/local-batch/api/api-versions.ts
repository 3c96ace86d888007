import { Refusal } from "./refusal.js";

/** The versions of the API that are answered, oldest first: from the one of `@azure/batch` 10 to that of `@azure/batch` 13. */
const apiVersions = [
  "2022-01-01.15.0",
  "2022-10-01.16.0",
  "2023-05-01.17.0",
  "2023-11-01.18.0",
  "2024-02-01.19.0",
  "2024-07-01.20.0",
  "2025-06-01",
] as const;

/** @throws Refusal where there is none, or one that is not answered. */
export function requireApiVersion(version: string | undefined): string {
  if (version === undefined || version === "")
    throw new Refusal("MissingRequiredQueryParameter", { QueryParameterName: "api-version" });
  if ((apiVersions as readonly string[]).includes(version)) return version;
  throw new Refusal("UnsupportedRequestVersion", {
    QueryParameterName: "api-version",
    QueryParameterValue: version,
    Reason: `The local Batch service answers ${apiVersions.join(", ")}.`,
  });
}

/** From 2025-06-01 on, whole numbers of 64 bits are text, as its TypeSpec says. */
export function formatLong(value: number, apiVersion: string): number | string {
  return apiVersion >= "2025" ? String(value) : value;
}

/** The states of nodes that came with 2024-07-01.20.0. */
export function hasDeallocation(apiVersion: string): boolean {
  return apiVersion >= "2024-07";
}
