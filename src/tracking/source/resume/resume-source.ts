import type { FoundSource, ResumePlan } from "./resume-plan.js";
import type { Generation } from "../generation/generation.js";
import { OpenedFiles } from "../files/opened-files.js";
import type { Sibling } from "../files/siblings.js";
import type { SourceFile } from "../files/source-file.js";
import type { Source } from "../source.js";
import type { RecordedGeneration, StoredGeneration } from "./recorded-generation.js";
import { ResumeSearch } from "./resume-search.js";

const maxSearches = 5;

/**
 * Finds the file in which a stored log continues: the file under the path, the renamed file, or a copy that was made
 * before the file was truncated; together with the files that were rotated since. Returns `undefined` unless the stored
 * content is proved to be a prefix of one of them. Then it is the log of another file, usually of an earlier attempt.
 *
 * All stored bytes of the generation are compared. If there are none, its file must be the recorded one.
 */
export async function resumeSource(
  plan: ResumePlan,
  recorded: RecordedGeneration | undefined,
  stored: StoredGeneration,
): Promise<FoundSource | undefined> {
  const opened = new OpenedFiles();
  const access = { ...plan.access, opened };
  return await opened.closeOnFailure(() => searchUntilStable({ ...plan, access }, recorded, stored));
}

async function searchUntilStable(
  plan: ResumePlan,
  recorded: RecordedGeneration | undefined,
  stored: StoredGeneration,
): Promise<FoundSource | undefined> {
  const earlier: Source[] = [];
  const unmatched: Generation[] = [];
  const rotated: Sibling[] = [];
  for (let searches = 1; ; searches += 1) {
    const search = new ResumeSearch(plan, recorded, stored);
    const found = await search.find();
    if (search.unmatched !== undefined) unmatched.push(search.unmatched);
    const isStable = await search.isStable();
    // Otherwise files were rotated during the comparison.
    if (isStable || searches >= maxSearches) {
      if (!isStable) await found?.source.keepFirst();
      for (const { generations } of earlier) await found?.source.reportMissing(generations);
      for (const each of unmatched) await found?.source.reportMissing([each]);
      if (search.isAnyGone(rotated)) await found?.source.suspectGap();
      for (const each of earlier) await each.close();
      const isRead = (file: SourceFile) => found?.source.generations.some((each) => each.file === file);
      for (const { file } of unmatched) if (isRead(file) !== true) await file.close();
      return found;
    }
    if (found !== undefined) earlier.push(found.source);
    rotated.push(...search.rotated);
  }
}
