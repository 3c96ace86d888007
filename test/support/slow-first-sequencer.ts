import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, in any order; the runner prints the ones of a run at its end. */
const slowFiles: ReadonlySet<string> = new Set([
  "test/cli/command-places.test.ts",
  "test/cli/completion.test.ts",
  "test/cli/doctor.test.ts",
  "test/cli/failed-job.test.ts",
  "test/cli/folder-markers.test.ts",
  "test/cli/grep.test.ts",
  "test/cli/help.test.ts",
  "test/cli/run-faults.test.ts",
  "test/cli/run.test.ts",
  "test/cli/swallowed-requests.test.ts",
  "test/cli/why-many.test.ts",
  "test/cli/why.test.ts",
  "test/examples/persist-outputs.test.ts",
  "test/fuzz/fuzz.test.ts",
  "test/local-batch/clients/azure-cli.test.ts",
  "test/local-batch/clients/python.test.ts",
  "test/local-batch/rest/every-operation.test.ts",
  "test/outputs/refusals.test.ts",
  "test/outputs/save/write-output.test.ts",
  "test/outputs/swallowed-requests.test.ts",
  "test/package/bundlers.test.ts",
  "test/package/consumer-types.test.ts",
  "test/package/other-runtimes.test.ts",
  "test/storage/download/download.test.ts",
  "test/storage/transport/throttling.test.ts",
  "test/storage/upload/upload.test.ts",
  "test/tracking/torture.test.ts",
  "test/viewer/web/batch-account.test.ts",
  "test/viewer/web/browsing.test.ts",
  "test/viewer/web/failed-job.test.ts",
  "test/viewer/web/gallery.test.ts",
  "test/viewer/web/pictures.test.ts",
  "test/viewer/web/screens/screens.test.ts",
  "test/viewer/web/screens/other-viewers.test.ts",
  "test/walks/failed-task.test.ts",
  "test/walks/python-task.test.ts",
  "test/walks/spot-task.test.ts",
  "test/walks/unchanged-task.test.ts",
  "test/walks/without-azure.test.ts",
]);

/**
 * Starts the slow files of a group first, so that at its end no worker waits for a slow one. Vitest knows them only where
 * it has run them before.
 */
export class SlowFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ project, moduleId }: TestSpecification): number => {
      const isSlow = slowFiles.has(relative(this.ctx.config.root, moduleId).replaceAll("\\", "/"));
      return 2 * project.config.sequence.groupOrder + (isSlow ? 0 : 1);
    };
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
