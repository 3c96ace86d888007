import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argumentTypeError, hasCode, readTextIfPresent, requirePrivateFile } from "../../core/index.js";

/** The certificate of an HTTPS server, and the path of the file that clients must trust. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
  /** The path of the certificate, in PEM format. */
  readonly path: string;
}

const validForDays = 397;
const dayInMs = 86_400_000;

/**
 * Opens the self-signed certificate for 127.0.0.1 and localhost in a private folder. Creates one if it is missing or
 * expires within a day.
 * @throws TypeError if the package `selfsigned` is not installed.
 */
export async function openCertificate(folder: string): Promise<ServerCertificate> {
  const path = join(folder, "certificate.pem");
  const keyPath = join(folder, "certificate-key.pem");
  await requirePrivateFile(path);
  await requirePrivateFile(keyPath);
  const [cert, key] = [await readTextIfPresent(path), await readTextIfPresent(keyPath)];
  if (cert !== undefined && key !== undefined && isStillValid(cert)) return { cert, key, path };
  const made = await createCertificate();
  await writeFile(keyPath, made.key, { mode: 0o600 });
  await writeFile(path, made.cert, { mode: 0o600 });
  return { ...made, path };
}

async function createCertificate(): Promise<{ cert: string; key: string }> {
  const { generate } = await importSelfSigned();
  const now = Date.now();
  const made = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    // The clocks of clients may be behind.
    notBeforeDate: new Date(now - dayInMs),
    notAfterDate: new Date(now + validForDays * dayInMs),
    extensions: [
      { name: "basicConstraints", cA: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 2, value: "*.blob.localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}

async function importSelfSigned() {
  try {
    return await import("selfsigned");
  } catch (error) {
    if (!hasCode(error, "ERR_MODULE_NOT_FOUND")) throw error;
    throw argumentTypeError(
      "options.tls",
      "requires the package selfsigned to create a certificate: npm install --save-dev selfsigned",
    );
  }
}

function isStillValid(cert: string): boolean {
  return Date.parse(new X509Certificate(cert).validTo) - Date.now() > dayInMs;
}
