/** What a task does on a good day: saves, lists and fetches. Arguments: the container's URL and a folder. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TaskOutputStorage } from "azure-batch-outputs";

const [containerUrl = "", folder = ""] = process.argv.slice(2);
const storage = new TaskOutputStorage(containerUrl, "t1");
await writeFile(join(folder, "small.txt"), "small");
await writeFile(join(folder, "large.bin"), Buffer.alloc(20 * 1024 * 1024, 1));
await storage.save("TaskOutput", join(folder, "small.txt"), { destinationPath: "small.txt" });
await storage.saveText("TaskOutput", "text", "text.txt");
await storage.saveMany("TaskOutput", ["large.bin"], { cwd: folder });
const paths = [];
for await (const { filePath } of storage.listOutputs()) paths.push(filePath);
const { downloadedCount, failedCount } = await storage.downloadOutputs(join(folder, "fetched"));
const text = await storage.getOutput("TaskOutput", "text.txt").downloadToBuffer();
process.stdout.write(JSON.stringify({ paths, downloadedCount, failedCount, text: text.toString() }));
