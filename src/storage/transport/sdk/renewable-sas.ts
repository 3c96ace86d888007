import type { AbortSignalLike } from "@azure/abort-controller";
import { argumentRangeError, BatchOutputsError, raceWithAbort, redactError } from "../../../core/index.js";

/**
 * Returns the URL of the same container with a new SAS. It is called before the SAS that is in use ends, and after the service has
 * refused it.
 */
export type RenewContainerUrl = () => string | Promise<string>;

/** Renews a SAS this long before it ends, or at half of its lifetime if that is shorter. */
const marginMs = 5 * 60_000;
/** After a failed renewal the SAS in use is tried for this long before the next one. */
const pauseAfterFailureMs = 10_000;

/** The SAS of a container, which a callback renews. */
export class RenewableSas {
  readonly #address: string;
  readonly #renew: RenewContainerUrl;
  /** The query of the URL. */
  #sas: string;
  #renewAt: number;
  #expiresAt: number;
  #renewing: Promise<void> | undefined;

  constructor(containerUrl: string, renew: RenewContainerUrl) {
    this.#address = getAddress(containerUrl);
    this.#renew = renew;
    ({ sas: this.#sas, renewAt: this.#renewAt, expiresAt: this.#expiresAt } = readSas(containerUrl));
  }

  /** Returns the SAS for a request that is sent now. Throws if there is no valid one, and none could be obtained. */
  async getCurrent(abortSignal: AbortSignalLike | undefined): Promise<string> {
    if (Date.now() >= this.#renewAt) {
      try {
        await this.#renewOnce(abortSignal);
      } catch (error) {
        // The one in use is still valid; the service decides.
        if (abortSignal?.aborted === true || Date.now() >= this.#expiresAt) throw error;
        this.#renewAt = Math.min(Date.now() + pauseAfterFailureMs, this.#expiresAt);
      }
    }
    return this.#sas;
  }

  /** Renews a SAS that the service has refused. Returns whether there is another one now. */
  async replace(refused: string, abortSignal: AbortSignalLike | undefined): Promise<boolean> {
    if (refused === this.#sas) await this.#renewOnce(abortSignal);
    return refused !== this.#sas;
  }

  async #renewOnce(abortSignal: AbortSignalLike | undefined): Promise<void> {
    this.#renewing ??= this.#obtain().finally(() => {
      this.#renewing = undefined;
    });
    await (abortSignal === undefined ? this.#renewing : raceWithAbort(this.#renewing, abortSignal));
  }

  async #obtain(): Promise<void> {
    const url = await this.#callBack();
    if (typeof url !== "string" || !URL.canParse(url) || getAddress(url) !== this.#address)
      throw argumentRangeError("options.renewContainerUrl", "did not return a URL of the same container");
    if (!new URL(url).searchParams.has("sig"))
      throw argumentRangeError("options.renewContainerUrl", "returned a URL without a SAS");
    ({ sas: this.#sas, renewAt: this.#renewAt, expiresAt: this.#expiresAt } = readSas(url));
  }

  async #callBack(): Promise<unknown> {
    try {
      return await this.#renew();
    } catch (error) {
      redactError(error);
      throw new BatchOutputsError(
        "CredentialExpired",
        "The SAS ends, and a new one could not be obtained: see the cause of this error.",
        { hint: { action: "renew-sas" }, cause: error },
      );
    }
  }
}

function getAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, "")}`;
}

/** A SAS with a stored access policy may have no time of its own: it is renewed when the service refuses it. */
function readSas(url: string): {
  readonly sas: string;
  readonly renewAt: number;
  readonly expiresAt: number;
} {
  const { search, searchParams } = new URL(url);
  const end = Date.parse(searchParams.get("se") ?? "");
  const expiresAt = Number.isNaN(end) ? Number.POSITIVE_INFINITY : end;
  const lifetime = Math.max(0, expiresAt - Date.now());
  // A "+" of the signature that is not escaped would be a space to the service.
  const sas = search
    .slice(1)
    .replace(/(?<=(?:^|&)sig=)[^&]*/, (signature) => signature.replaceAll(/\+|%20/g, "%2B"));
  return { sas, renewAt: expiresAt - Math.min(marginMs, lifetime / 2), expiresAt };
}
