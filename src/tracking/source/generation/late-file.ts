/** A renamed file of which everything up to a size is stored or reported as lost, to be watched again after a restart. */
export interface LateFile {
  /** See `getFileIdentity`. */
  readonly identity: string;
  readonly sizeBytes: number;
  /** Where its content starts, and the digest of what is there first, see `createHeadDigest`. */
  readonly start: number;
  readonly head: string | undefined;
}

/** Formats files for the state of the log; `undefined` if there are none. */
export function formatLateFiles(files: readonly LateFile[]): string | undefined {
  if (files.length === 0) return undefined;
  return files
    .map(({ identity, sizeBytes, start, head }) => `${identity}:${sizeBytes}:${start}:${head ?? ""}`)
    .join(";");
}

/** Parses files from the state of a log. What is not in the format is left out. */
export function parseLateFiles(text: string | undefined): readonly LateFile[] {
  return (text ?? "").split(";").flatMap((entry) => {
    const match = /^(\d+-\d+-\d+):(\d{1,15}):(\d{1,15}):(\d{1,9}-[\da-f]{64})?$/.exec(entry);
    const [, identity, sizeBytes, start, head] = match ?? [];
    return identity === undefined
      ? []
      : [{ identity, sizeBytes: Number(sizeBytes), start: Number(start), head }];
  });
}
