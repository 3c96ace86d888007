// Saves as a task does, or for the job where there is no task: KIND SOURCE DESTINATION, and again; an empty DESTINATION is
// none. Prints a line of JSON for each.
import { JobOutputStorage, TaskOutputStorage } from "azure-batch-outputs";

const isTask = process.env["AZ_BATCH_TASK_ID"] !== undefined;
const outputs = isTask ? TaskOutputStorage.fromEnvironment() : JobOutputStorage.fromEnvironment();
const args = process.argv.slice(2);
while (args.length > 0) {
  const [kind = "", sourcePath = "", destinationPath = ""] = args.splice(0, 3);
  try {
    const options = destinationPath === "" ? {} : { destinationPath };
    const { status, output } = await outputs.save(kind, sourcePath, options);
    console.log(JSON.stringify({ status, filePath: output.filePath, size: output.size }));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.log(JSON.stringify({ error: error.name, message: error.message }));
  }
}
