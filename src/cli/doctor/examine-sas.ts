import type { Finding } from "./finding.js";

/** The permissions of commands that tasks use. */
const uses: readonly (readonly [letters: string, use: string])[] = [
  ["cw", "saving files (save)"],
  ["r", "reading outputs (cat, download)"],
  ["l", "listing outputs (list, download, tasks)"],
  ["ac", "storing logs while they grow (run, track)"],
];

/** Checks the expiry and the permissions in the SAS itself. The service may still refuse the SAS. */
export function examineSas(url: string, now: Date): Finding[] {
  const sas = new URL(url).searchParams;
  return [examineExpiry(sas, now), examinePermissions(sas)];
}

function examineExpiry(sas: URLSearchParams, now: Date): Finding {
  const check = "SAS expiry";
  const start = Date.parse(sas.get("st") ?? "");
  const expiry = Date.parse(sas.get("se") ?? "");
  if (start > now.getTime()) {
    return {
      check,
      result: "fail",
      message: `it is not valid before ${new Date(start).toISOString()}`,
      advice: "Wait, or create one without a start time with `batch-outputs url`.",
    };
  }
  if (Number.isNaN(expiry)) {
    return {
      check,
      result: "ok",
      message: sas.has("si") ? "set by a stored access policy" : "it has no expiry",
    };
  }
  const hours = (expiry - now.getTime()) / 3_600_000;
  const message = `${hours <= 0 ? "it expired at" : "it is valid until"} ${new Date(expiry).toISOString()}`;
  if (hours <= 0)
    return { check, result: "fail", message, advice: "Create a new one with `batch-outputs url`." };
  if (hours < 1)
    return {
      check,
      result: "warn",
      message,
      advice:
        "A task that ends later cannot save. Create one with a longer lifetime with `batch-outputs url --lifetime`.",
    };
  return { check, result: "ok", message };
}

function examinePermissions(sas: URLSearchParams): Finding {
  const check = "SAS permissions";
  const granted = sas.get("sp");
  if (granted === null) return { check, result: "ok", message: "set by a stored access policy" };
  const missing = uses.filter(([letters]) => ![...letters].some((letter) => granted.includes(letter)));
  if (missing.length === 0)
    return {
      check,
      result: "ok",
      message: `"${granted}"${granted.includes("d") ? "" : ", without d: delete and prune need another SAS"}`,
    };
  return {
    check,
    result: "warn",
    message: `"${granted}" does not allow ${missing.map(([letters, use]) => `${use}: ${[...letters].join(" or ")}`).join("; ")}`,
    advice: "Create one that does with `batch-outputs url --permissions racwl`.",
  };
}
