/** What `doctor` found about one thing. */
export interface Finding {
  readonly check: string;
  readonly result: "ok" | "warn" | "fail";
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
  /** The error behind it, for the exit status. */
  readonly cause?: unknown;
}

/** What task code usually needs, and what fails without it. */
const uses: readonly (readonly [letters: string, use: string])[] = [
  ["cw", "saving files (save)"],
  ["r", "reading outputs (cat, download)"],
  ["l", "listing outputs (list, download, tasks)"],
  ["ac", "keeping logs live (run, track)"],
];

/** What a SAS grants and until when, as its own letters say; the service has the last word. */
export function examineSas(url: string, now: Date): Finding[] {
  const sas = new URL(url).searchParams;
  return [expiryOf(sas, now), permissionsOf(sas)];
}

function expiryOf(sas: URLSearchParams, now: Date): Finding {
  const check = "SAS expiry";
  const start = Date.parse(sas.get("st") ?? "");
  const expiry = Date.parse(sas.get("se") ?? "");
  if (start > now.getTime()) {
    return {
      check,
      result: "fail",
      message: `it is valid only from ${new Date(start).toISOString()} on`,
      advice: "Wait, or make one without a start time: `batch-outputs url`.",
    };
  }
  if (Number.isNaN(expiry)) {
    return {
      check,
      result: "ok",
      message: sas.has("si") ? "a stored access policy says it" : "it tells no expiry",
    };
  }
  const hours = (expiry - now.getTime()) / 3_600_000;
  const message = `${hours <= 0 ? "it expired at" : "it works until"} ${new Date(expiry).toISOString()}`;
  if (hours <= 0) return { check, result: "fail", message, advice: "Make a new one: `batch-outputs url`." };
  if (hours < 1)
    return {
      check,
      result: "warn",
      message,
      advice: "A task that ends later cannot save: make a longer one with `batch-outputs url --lifetime`.",
    };
  return { check, result: "ok", message };
}

function permissionsOf(sas: URLSearchParams): Finding {
  const check = "SAS permissions";
  const granted = sas.get("sp");
  if (granted === null) return { check, result: "ok", message: "a stored access policy says them" };
  const missing = uses.filter(([letters]) => ![...letters].some((letter) => granted.includes(letter)));
  if (missing.length === 0)
    return {
      check,
      result: "ok",
      message: `"${granted}"${granted.includes("d") ? "" : "; without d: delete and prune need another"}`,
    };
  return {
    check,
    result: "warn",
    message: `"${granted}" does not allow ${missing.map(([letters, use]) => `${use}: ${[...letters].join(" or ")}`).join("; ")}`,
    advice: "Make one that does: `batch-outputs url --permissions racwl`.",
  };
}

/** How far this machine's clock is from the service's. SAS and shared keys are refused when it is more than 15 minutes. */
export function examineClock(serviceDate: string | null, now: Date): Finding {
  const check = "clock";
  const service = Date.parse(serviceDate ?? "");
  if (Number.isNaN(service))
    return { check, result: "warn", message: "the service told no time to compare with" };
  const seconds = Math.round((now.getTime() - service) / 1000);
  const message = `${Math.abs(seconds)} s ${seconds >= 0 ? "ahead of" : "behind"} the service's`;
  if (Math.abs(seconds) < 60)
    return { check, result: "ok", message: "the same as the service's, to the minute" };
  return {
    check,
    result: Math.abs(seconds) > 600 ? "fail" : "warn",
    message,
    advice: "Set the clock: requests are refused from 15 minutes on.",
  };
}
