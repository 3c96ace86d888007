/** Starts an Azurite for one benchmark, in memory or in a folder. */
import { createRequire } from "node:module";
import { BlobServiceClient, ContainerSASPermissions } from "@azure/storage-blob";
import { startServer } from "./start-server.mjs";

// The account and key that every Azurite has, published by Microsoft.
const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const mainScript = createRequire(import.meta.url).resolve("azurite/dist/src/blob/main.js");
const dieWithParent = 'data:text/javascript,process.stdin.on("end",()=>process.exit()).resume().unref()';

/** @typedef {{ service: BlobServiceClient, connectionString: string, stop: () => Promise<void> }} Azurite */

/** @param {string} [location] the folder of its data; in memory if omitted @returns {Promise<Azurite>} */
export async function startAzurite(location) {
  const { greeting, stop } = await startServer(
    [
      process.execPath,
      "--import",
      dieWithParent,
      mainScript,
      ..."--silent --disableTelemetry --skipApiVersionCheck --blobHost 127.0.0.1 --blobPort 0".split(" "),
      ...(location === undefined ? ["--inMemoryPersistence"] : ["--location", location]),
    ],
    /listens on (https?:\/\/\S+:\d+)/,
  );
  const endpoint = `${greeting[1] ?? ""}/devstoreaccount1`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};BlobEndpoint=${endpoint};`;
  return { service: BlobServiceClient.fromConnectionString(connectionString), connectionString, stop };
}

/** Creates a container. @param {Azurite} azurite @param {string} name @returns {Promise<string>} its URL with a SAS */
export async function makeContainer({ service }, name) {
  const container = service.getContainerClient(name);
  await container.createIfNotExists();
  return await container.generateSasUrl({
    permissions: ContainerSASPermissions.parse("racwdl"),
    expiresOn: new Date(Date.now() + 86_400_000),
  });
}
