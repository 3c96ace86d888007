import { generate } from "selfsigned";

/** A certificate that signs itself, and its key: what `tls.createServer` takes. */
export interface SelfSigned {
  readonly cert: string;
  readonly key: string;
}

export interface SelfSignedOptions {
  readonly hostName?: string;
  readonly notAfter?: Date;
}

/** For 127.0.0.1, or for a host with this name. Valid since two hours ago, so that no clock disputes it. */
export async function createSelfSigned({ hostName, notAfter }: SelfSignedOptions = {}): Promise<SelfSigned> {
  const altNames =
    hostName === undefined
      ? [{ type: 7, ip: "127.0.0.1" } as const]
      : [{ type: 2, value: hostName } as const];
  const made = await generate([{ name: "commonName", value: hostName ?? "127.0.0.1" }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - 7_200_000),
    ...(notAfter && { notAfterDate: notAfter }),
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames },
    ],
  });
  return { cert: made.cert, key: made.private };
}
