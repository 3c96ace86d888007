/** Asks for a client of the storage SDK before, and while, the program imports the SDK itself. Argument: a container's URL. */
import { JobOutputStorage } from "azure-batch-outputs";

const storage = new JobOutputStorage(process.argv[2] ?? "");
const importing = import("@azure/storage-blob");
const { containerClient } = storage;
const { ContainerClient } = await importing;
const later = new JobOutputStorage(process.argv[2] ?? "").containerClient;
process.stdout.write(
  JSON.stringify({
    name: containerClient.containerName,
    isSame: later instanceof ContainerClient,
    blob: storage.getOutput("JobOutput", "a").blobClient.name,
  }),
);
