import type { BlobHTTPHeaders, BlockBlobTier } from "@azure/storage-blob";
import {
  argumentRangeError,
  omitUndefined,
  type OperationOptions,
  quote,
  requireObject,
  requireOneOf,
  requireString,
} from "../../core/index.js";
import { chooseContentType, type TransferProgress } from "../../storage/index.js";
import { type OverwriteMode, requireTransferOptions } from "./transfer-options.js";

/** The properties that are stored with an output, and options for writing it. */
export interface ContentOptions extends OperationOptions {
  /** By default derived from the name: `text/plain; charset=utf-8` for `.txt` and `.log`. */
  contentType?: string | undefined;
  /** The encoding of the content, such as `gzip`. The bytes are stored and downloaded unchanged. */
  contentEncoding?: string | undefined;
  /**
   * Names are identifiers of letters, digits and `_`, in any case; values are ASCII text, not empty. 8 KiB in total.
   */
  metadata?: Record<string, string> | undefined;
  /** Blob index tags, at most 10. A SAS needs the permission letter `t` for them. */
  tags?: Record<string, string> | undefined;
  /** Access tier of the blob: `Hot`, `Cool`, `Cold` or `Archive`; the account's default if omitted. */
  tier?: BlockBlobTier | `${BlockBlobTier}` | undefined;
  /**
   * "always" (the default) replaces an existing output, like the .NET library; "never" throws `OutputExists`;
   * "if-changed" writes only if size or MD5 differ. The latter two are also safe against concurrent writers; if several
   * writers save exactly the same content at the same time, more than one of them may get "saved".
   */
  overwrite?: OverwriteMode | undefined;
  /** Never replace a tracked log, whatever `overwrite` says: throws `OutputExists` in its place. @internal */
  keepTrackedLog?: boolean | undefined;
  /** Called when bytes have been stored. If it throws, the call fails. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** The maximum number of concurrent blocks of 8 MiB for a large output; 4 by default, which also limits memory. */
  concurrency?: number | undefined;
}

/** Throws an argument error unless the service accepts the options and stores them unchanged. */
export function requireContentOptions(options: ContentOptions): void {
  requireTransferOptions(options);
  const { tier, contentType, contentEncoding, metadata, tags } = options;
  if (tier !== undefined) requireOneOf(tier, ["Hot", "Cool", "Cold", "Archive"], "options.tier");
  if (contentType !== undefined) requireHeader(contentType, "options.contentType");
  if (contentEncoding !== undefined) requireHeader(contentEncoding, "options.contentEncoding");
  if (metadata !== undefined) requireMetadata(metadata);
  if (tags !== undefined) requireTags(tags);
}

/** The headers that an output at this path is stored with. */
export function createHeaders(path: string, options: ContentOptions): BlobHTTPHeaders {
  return {
    blobContentType: options.contentType ?? chooseContentType(path),
    ...omitUndefined({ blobContentEncoding: options.contentEncoding }),
  };
}

function requireHeader(value: string, argument: string): void {
  requireString(value, argument);
  if (!isHeaderText(value))
    throw argumentRangeError(argument, `must be printable ASCII text, but is ${quote(value)}`);
}

/** Whether a header preserves the text: ASCII, not empty, without spaces around it. */
function isHeaderText(value: string): boolean {
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value);
}

/** Source: "Setting and retrieving properties and metadata for Blob Storage resources". */
function requireMetadata(metadata: Record<string, string>): void {
  requireObject(metadata, "options.metadata");
  const seen = new Set<string>();
  let characters = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw argumentRangeError(
        "options.metadata",
        `has the name ${quote(name)}: names are letters, digits and "_", not beginning with a digit`,
      );
    }
    requireString(value, `options.metadata.${name}`);
    if (!isHeaderText(value)) {
      throw argumentRangeError(
        `options.metadata.${name}`,
        `must be ASCII text, not empty, without spaces around it (encode anything else), but is ${quote(value)}`,
      );
    }
    if (seen.has(name.toLowerCase()))
      throw argumentRangeError(
        "options.metadata",
        `has the name ${quote(name)} twice: letter case does not count`,
      );
    seen.add(name.toLowerCase());
    characters += name.length + value.length;
  }
  if (characters > 8192)
    throw argumentRangeError("options.metadata", `has ${characters} characters, and a blob can hold 8192`);
}

/** Throws an argument error unless these can be index tags. Source: "Set Blob Tags", Request body. */
export function requireTags(tags: Record<string, string>, argument = "options.tags"): void {
  requireObject(tags, argument);
  const entries = Object.entries(tags);
  if (entries.length > 10) throw argumentRangeError(argument, `can hold 10 tags, but has ${entries.length}`);
  const legal = /^[A-Za-z0-9 +\-./:=_]*$/;
  for (const [name, value] of entries) {
    if (name.length < 1 || name.length > 128 || !legal.test(name)) {
      throw argumentRangeError(
        argument,
        `has the name ${quote(name)}: 1 to 128 letters, digits, spaces and + - . / : = _`,
      );
    }
    requireString(value, `${argument}[${JSON.stringify(name)}]`);
    if (value.length > 256 || !legal.test(value)) {
      throw argumentRangeError(
        `${argument}[${JSON.stringify(name)}]`,
        `must be up to 256 letters, digits, spaces and + - . / : = _, but is ${quote(value)}`,
      );
    }
  }
}
