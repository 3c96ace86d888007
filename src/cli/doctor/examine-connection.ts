import { lookup } from "node:dns/promises";
import { explainCertificate, isCertificateCode, retry } from "../../core/index.js";
import { describeHint } from "../errors/hint-words.js";
import { interruptSignal } from "../terminal/interrupts.js";
import type { Finding } from "./finding.js";

/** Checks name resolution, then the connection and the clock. */
export async function* examineConnection(url: string, timeoutInMs?: number): AsyncGenerator<Finding> {
  const names = await resolveName(url);
  yield names;
  if (names.result !== "fail") yield await readClock(url, timeoutInMs);
}

async function resolveName(url: string): Promise<Finding> {
  const check = "name resolution";
  // The system resolves an IPv6 address without its brackets.
  const hostname = new URL(url).hostname.replace(/^\[|\]$/g, "");
  try {
    const { address } = await lookup(hostname);
    return { check, result: "ok", message: `${hostname} is ${address}` };
  } catch (error) {
    return {
      check,
      result: "fail",
      message: `${hostname} has no address (${error instanceof Error ? error.message : ""})`,
      advice: "Check the account's name, and the DNS of this network; a private endpoint needs its DNS zone.",
    };
  }
}

/** Sends a request without a path or a credential. */
async function readClock(url: string, timeoutInMs = 5_000): Promise<Finding> {
  const { origin } = new URL(url);
  try {
    const date = await retry(() => requestDate(origin, timeoutInMs), {
      policy: { maxAttempts: 2, delayInMs: 0, maxDelayInMs: 0 },
      abortSignal: interruptSignal(),
      isRetriable: (error) => error instanceof DOMException && error.name === "TimeoutError",
    });
    return compareClocks(date, new Date());
  } catch (error) {
    if (interruptSignal().aborted) throw error;
    const code = describeConnectionError(error);
    if (isCertificateCode(code)) {
      const { reason, hint } = explainCertificate(code, origin);
      return {
        check: "connection",
        result: "fail",
        message: reason,
        advice: describeHint(hint),
        cause: error,
      };
    }
    return {
      check: "connection",
      result: "fail",
      message: `nothing answers at ${origin} (${code})`,
      advice: "Check the network, the account's firewall, a proxy; for Azurite, that it is running.",
      cause: error,
    };
  }
}

async function requestDate(origin: string, timeoutInMs: number): Promise<string | null> {
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutInMs), interruptSignal()]);
  const answer = await fetch(origin, { signal, redirect: "manual" });
  await answer.body?.cancel();
  return answer.headers.get("date");
}

function describeConnectionError(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.message : "";
}

/**
 * Compares this machine's clock with that of the service, which refuses requests if they differ by more than 15
 * minutes.
 */
export function compareClocks(serviceDate: string | null, now: Date): Finding {
  const check = "clock";
  const service = Date.parse(serviceDate ?? "");
  if (Number.isNaN(service))
    return { check, result: "warn", message: "the service sent no time to compare with" };
  const seconds = Math.round((now.getTime() - service) / 1000);
  const message = `${Math.abs(seconds)} s ${seconds >= 0 ? "ahead of" : "behind"} the service's`;
  if (Math.abs(seconds) < 60) return { check, result: "ok", message: "within a minute of the service's" };
  return {
    check,
    result: Math.abs(seconds) > 600 ? "fail" : "warn",
    message,
    advice: "Set the clock: requests are refused when it differs by more than 15 minutes.",
  };
}
