import type { BlobHTTPHeaders, BlockBlobTier } from "@azure/storage-blob";
import { contentTypeFor, defined, type OperationOptions, type TransferProgress } from "../storage/index.js";

/** What to do with an output that stands under the same name already. */
export type OverwriteMode = "always" | "never" | "if-changed";

/** What is stored with an output, and how it is written. */
export interface ContentOptions extends OperationOptions {
  /** By default what the name suggests: `text/plain; charset=utf-8` for `.txt` and `.log`. */
  contentType?: string | undefined;
  /** Such as `gzip`, for content that already is. The bytes are stored and fetched as they are. */
  contentEncoding?: string | undefined;
  /** Names are identifiers of letters, digits and `_`; values ASCII text. 8 KiB in all. */
  metadata?: Record<string, string> | undefined;
  /** Blob index tags, 10 at most. A SAS needs the permission letter `t` for them. */
  tags?: Record<string, string> | undefined;
  /** Access tier of the blob; the account's default if left out. */
  tier?: BlockBlobTier | undefined;
  /**
   * "always" (the default) takes the place of what is there, as the .NET library does; "never" fails with
   * `OutputExists`; "if-changed" writes only where size or MD5 differ. The two latter hold also against others who
   * save at the same time.
   */
  overwrite?: OverwriteMode | undefined;
  /** Called as bytes reach the store. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Blocks of 8 MiB under way at a time for a large output; 4 by default, which is also what bounds memory. */
  concurrency?: number | undefined;
}

const overwriteModes: readonly unknown[] = ["always", "never", "if-changed"] satisfies OverwriteMode[];

/** Refuses options that the service would refuse, or that would not be stored as given. Throws naming the option. */
export function checkContentOptions(options: ContentOptions): void {
  if (options.overwrite !== undefined && !overwriteModes.includes(options.overwrite)) {
    throw new RangeError(
      `options.overwrite must be "always", "never" or "if-changed", but is ${JSON.stringify(options.overwrite)}`,
    );
  }
  checkConcurrency(options.concurrency);
  checkHeader(options.contentType, "options.contentType");
  checkHeader(options.contentEncoding, "options.contentEncoding");
  for (const [name, value] of Object.entries(options.metadata ?? {})) checkMetadata(name, value);
  const tags = Object.entries(options.tags ?? {});
  if (tags.length > 10) throw new RangeError(`options.tags can hold 10 tags, but has ${tags.length}`);
  for (const [name, value] of tags) checkTag(name, value);
}

/** Refuses a number of things at a time that is not one. */
export function checkConcurrency(concurrency: number | undefined): void {
  if (
    concurrency !== undefined &&
    (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 1000)
  ) {
    throw new RangeError(
      `options.concurrency must be a whole number from 1 to 1000, but is ${String(concurrency)}`,
    );
  }
}

/** The headers that an output at this path is stored with. */
export function headersFor(path: string, options: ContentOptions): BlobHTTPHeaders {
  return {
    blobContentType: options.contentType ?? contentTypeFor(path),
    ...defined({ blobContentEncoding: options.contentEncoding }),
  };
}

function checkHeader(value: string | undefined, argument: string): void {
  if (value !== undefined && (typeof value !== "string" || !/^[\x20-\x7e]+$/.test(value))) {
    throw new RangeError(`${argument} must be printable ASCII text, but is ${JSON.stringify(value)}`);
  }
}

function checkMetadata(name: string, value: unknown): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new RangeError(
      `options.metadata has the name ${JSON.stringify(name)}: names are letters, digits and "_", not beginning with a digit`,
    );
  }
  if (typeof value !== "string" || !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$|^$/.test(value)) {
    throw new RangeError(
      `options.metadata.${name} must be ASCII text without blanks around it (encode anything else), but is ${JSON.stringify(value)}`,
    );
  }
}

function checkTag(name: string, value: unknown): void {
  const legal = /^[A-Za-z0-9 +\-./:=_]*$/;
  if (name.length < 1 || name.length > 128 || !legal.test(name)) {
    throw new RangeError(
      `options.tags has the name ${JSON.stringify(name)}: 1 to 128 letters, digits, blanks and + - . / : = _`,
    );
  }
  if (typeof value !== "string" || value.length > 256 || !legal.test(value)) {
    throw new RangeError(
      `options.tags[${JSON.stringify(name)}] must be up to 256 letters, digits, blanks and + - . / : = _, but is ${JSON.stringify(value)}`,
    );
  }
}
