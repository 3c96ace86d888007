import type { BlobHTTPHeaders, BlockBlobTier } from "@azure/storage-blob";
import {
  argumentRangeError,
  argumentTypeError,
  defined,
  type OperationOptions,
  requireObject,
  requireString,
} from "../../core/index.js";
import { contentTypeFor, type TransferProgress } from "../../storage/index.js";

/** What to do with an output that stands under the same name already. */
export type OverwriteMode = "always" | "never" | "if-changed";

/** What is stored with an output, and how it is written. */
export interface ContentOptions extends OperationOptions {
  /** By default what the name suggests: `text/plain; charset=utf-8` for `.txt` and `.log`. */
  contentType?: string | undefined;
  /** Such as `gzip`, for content that already is. The bytes are stored and fetched as they are. */
  contentEncoding?: string | undefined;
  /** Names are identifiers of letters, digits and `_`, in whatever case; values ASCII text, not empty. 8 KiB in all. */
  metadata?: Record<string, string> | undefined;
  /** Blob index tags, 10 at most. A SAS needs the permission letter `t` for them. */
  tags?: Record<string, string> | undefined;
  /** Access tier of the blob: `Hot`, `Cool`, `Cold` or `Archive`; the account's default if left out. */
  tier?: BlockBlobTier | `${BlockBlobTier}` | undefined;
  /**
   * "always" (the default) takes the place of what is there, as the .NET library does; "never" fails with
   * `OutputExists`; "if-changed" writes only where size or MD5 differ. The two latter hold also against others who
   * save at the same time; of those who save the very same content in the same moment, several may be told "saved".
   */
  overwrite?: OverwriteMode | undefined;
  /** Called as bytes reach the store. What it throws fails the call. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Blocks of 8 MiB under way at a time for a large output; 4 by default, which is also what bounds memory. */
  concurrency?: number | undefined;
}

const overwriteModes: readonly unknown[] = ["always", "never", "if-changed"] satisfies OverwriteMode[];
const tiers: readonly unknown[] = ["Hot", "Cool", "Cold", "Archive"] satisfies `${BlockBlobTier}`[];

/** Refuses options that the service would refuse, or that would not be stored as given. Throws naming the option. */
export function checkContentOptions(options: ContentOptions): void {
  requireObject(options, "options");
  const { tier } = options;
  if (tier !== undefined && !tiers.includes(tier)) {
    throw argumentRangeError(
      "options.tier",
      `must be one of ${tiers.join(", ")}, but is ${JSON.stringify(tier)}`,
    );
  }
  checkTransferOptions(options);
  checkHeader(options.contentType, "options.contentType");
  checkHeader(options.contentEncoding, "options.contentEncoding");
  checkMetadata(options.metadata);
  checkTags(options.tags);
}

/** Refuses what is wrong with the options that saving and fetching have in common. Throws naming the option. */
export function checkTransferOptions(
  options: Pick<ContentOptions, "overwrite" | "onProgress" | "concurrency">,
): void {
  requireObject(options, "options");
  const { overwrite, onProgress } = options;
  if (overwrite !== undefined && !overwriteModes.includes(overwrite)) {
    throw argumentRangeError(
      "options.overwrite",
      `must be "always", "never" or "if-changed", but is ${JSON.stringify(overwrite)}`,
    );
  }
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw argumentTypeError("options.onProgress", `must be a function, but is ${typeof onProgress}`);
  checkConcurrency(options.concurrency);
}

/** Refuses a number of things at a time that is not one. */
export function checkConcurrency(concurrency: number | undefined): void {
  if (
    concurrency !== undefined &&
    (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 1000)
  ) {
    throw argumentRangeError(
      "options.concurrency",
      `must be a whole number from 1 to 1000, but is ${String(concurrency)}`,
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
  if (value === undefined) return;
  requireString(value, argument);
  if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) {
    throw argumentRangeError(argument, `must be printable ASCII text, but is ${JSON.stringify(value)}`);
  }
}

/** Source: "Setting and retrieving properties and metadata for Blob Storage resources". */
function checkMetadata(metadata: Record<string, string> = {}): void {
  requireObject(metadata, "options.metadata");
  const seen = new Set<string>();
  let characters = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw argumentRangeError(
        "options.metadata",
        `has the name ${JSON.stringify(name)}: names are letters, digits and "_", not beginning with a digit`,
      );
    }
    requireString(value, `options.metadata.${name}`);
    if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) {
      throw argumentRangeError(
        `options.metadata.${name}`,
        `must be ASCII text, not empty, without blanks around it (encode anything else), but is ${JSON.stringify(value)}`,
      );
    }
    if (seen.has(name.toLowerCase()))
      throw argumentRangeError(
        "options.metadata",
        `has the name ${JSON.stringify(name)} twice: their case does not count`,
      );
    seen.add(name.toLowerCase());
    characters += name.length + value.length;
  }
  if (characters > 8192)
    throw argumentRangeError("options.metadata", `has ${characters} characters, and a blob can hold 8192`);
}

/** Source: "Set Blob Tags", Request body. */
function checkTags(tags: Record<string, string> = {}): void {
  requireObject(tags, "options.tags");
  const entries = Object.entries(tags);
  if (entries.length > 10)
    throw argumentRangeError("options.tags", `can hold 10 tags, but has ${entries.length}`);
  const legal = /^[A-Za-z0-9 +\-./:=_]*$/;
  for (const [name, value] of entries) {
    if (name.length < 1 || name.length > 128 || !legal.test(name)) {
      throw argumentRangeError(
        "options.tags",
        `has the name ${JSON.stringify(name)}: 1 to 128 letters, digits, blanks and + - . / : = _`,
      );
    }
    requireString(value, `options.tags[${JSON.stringify(name)}]`);
    if (value.length > 256 || !legal.test(value)) {
      throw argumentRangeError(
        `options.tags[${JSON.stringify(name)}]`,
        `must be up to 256 letters, digits, blanks and + - . / : = _, but is ${JSON.stringify(value)}`,
      );
    }
  }
}
