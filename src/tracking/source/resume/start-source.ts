import { createBaseline } from "../rotation/baseline.js";
import { Generation } from "../generation/generation.js";
import { isSameListing, listSettledSiblings, listSiblings, type Sibling } from "../files/siblings.js";
import { OpenedFiles } from "../files/opened-files.js";
import { Source } from "../source.js";
import { type FileAccess, SourceFile } from "../files/source-file.js";
import type { FoundSource, ResumePlan } from "./resume-plan.js";

const maxLooks = 5;

interface EarlierFile {
  readonly file: string | undefined;
  readonly sizeBytes: number;
}

/**
 * Creates the source of a log in which nothing is stored, from the current content of the file, if it exists.
 *
 * @param before - The file of an earlier log, and its stored size. It may have been truncated since.
 */
export async function startSource(plan: ResumePlan, before?: EarlierFile): Promise<FoundSource> {
  const opened = new OpenedFiles();
  const access = { ...plan.access, opened };
  return await opened.closeOnFailure(() => createSource({ ...plan, access }, before));
}

async function createSource(
  { access, path, isTracked }: ResumePlan,
  before: EarlierFile | undefined,
): Promise<FoundSource> {
  const { file, siblings, isStable } = await openWithSiblings(access, path);
  const baseline = createBaseline(siblings);
  const generations =
    file === undefined
      ? []
      : [
          new Generation({
            file,
            siblingsBefore: new Set(baseline.keys()),
            minHoleBytes: before?.file === file.identity ? before.sizeBytes : undefined,
          }),
        ];
  const [first] = generations;
  await first?.observe(access.files.nowNs());
  const gapBytes = isStable ? undefined : 0;
  return { source: new Source({ access, path, isTracked, baseline, generations, gapBytes }), first };
}

/**
 * Opens the file under the path, and lists the files beside it at the same time. If they keep changing, files that have
 * just appeared count as older as well.
 */
async function openWithSiblings(
  access: FileAccess,
  path: string,
): Promise<{
  readonly file: SourceFile | undefined;
  readonly siblings: readonly Sibling[];
  readonly isStable: boolean;
}> {
  for (let looks = 1; ; looks += 1) {
    const before = await listSiblings(access.files, path);
    const file = await SourceFile.open(access, path);
    const siblings = await listSiblings(access.files, path);
    const stat = await access.files.stat(path);
    const isSame = file === undefined ? stat?.isFile !== true : stat !== undefined && file.is(stat);
    const isStable = isSame && isSameListing(before, siblings);
    if (isStable) return { file, siblings, isStable };
    if (looks >= maxLooks) {
      const seen = [...before, ...siblings];
      return { file, siblings: await listSettledSiblings(access.files, path, seen), isStable };
    }
    await file?.close();
  }
}
