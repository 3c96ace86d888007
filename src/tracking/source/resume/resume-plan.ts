import type { Generation } from "../generation/generation.js";
import type { FileAccess } from "../files/source-file.js";
import type { Source } from "../source.js";

export interface ResumePlan {
  readonly access: FileAccess;
  readonly path: string;
  readonly isTracked: (path: string) => boolean;
}

/** A source, and its first generation. */
export interface FoundSource {
  readonly source: Source;
  readonly first: Generation | undefined;
}
