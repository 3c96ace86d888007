import type { FoundSource, ResumePlan } from "./resume-plan.js";
import { type RecordedGeneration, ResumeSearch, type StoredGeneration } from "./resume-search.js";

const maxSearches = 5;

/**
 * Finds where a stored log goes on: in the file under the path, in the file that it was renamed to, or in the copy that
 * was made before the file was emptied; with what was rotated away since. `undefined` when what is stored is not proved to
 * be the beginning of any of them: then it is the log of something else, most often of a former attempt.
 *
 * All that is stored of the generation is compared. Where nothing is, its file has to be the recorded one.
 */
export async function resumeSource(
  plan: ResumePlan,
  recorded: RecordedGeneration | undefined,
  stored: StoredGeneration,
): Promise<FoundSource | undefined> {
  for (let searches = 1; ; searches += 1) {
    const search = new ResumeSearch(plan, recorded, stored);
    const found = await search.find();
    if (await search.isStable()) return found;
    // Something was rotated during the comparison.
    if (searches >= maxSearches) {
      await found?.source.keepFirst();
      return found;
    }
    await found?.source.close();
  }
}
