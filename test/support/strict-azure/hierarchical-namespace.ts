import type { ContainerClient } from "@azure/storage-blob";
import { type BlobRequest, isBlobWrite, type Refusal } from "./blob-request.js";
import { propertiesOf } from "./blob-rules.js";
import { unescapeXml } from "./listing-answers.js";
import type { RuleContext } from "./rule.js";

const unsupportedOnFolder: Refusal = {
  status: 400,
  code: "OperationNotSupportedOnDirectory",
  message: "The requested operation is not supported on a directory.",
};

/**
 * What an account with a hierarchical namespace does otherwise, as "Known issues with Azure Data Lake Storage" and "Blob
 * Storage feature support" say: a folder is listed as an empty blob with the metadata `hdi_isfolder` and the resource
 * type "directory", is created with the first blob in it, remains when that is deleted, and cannot be deleted before; "/"
 * is the only delimiter; there are no index tags. A folder and a file cannot have one name. The code for that is one that
 * the API definition declares; which one the service gives is not documented.
 */
export class HierarchicalNamespace {
  readonly #folders = new Map<string, Set<string>>();
  readonly #context: RuleContext;

  constructor(context: RuleContext) {
    this.#context = context;
  }

  /** Before a request is carried out: refuses what such an account does not do, and makes the folders of what is written. */
  async before(request: BlobRequest): Promise<Refusal | undefined> {
    const { method, containerName, blobName, parameters, headers } = request;
    if (containerName === undefined) return undefined;
    const delimiter = parameters.get("delimiter");
    // rclone sends an empty one, and such accounts answer it.
    if (delimiter !== null && delimiter !== "" && delimiter !== "/") {
      return {
        status: 400,
        code: "InvalidQueryParameterValue",
        message: "Value for one of the query parameters specified in the request URI is invalid.",
      };
    }
    if (["tags", "blobs"].includes(parameters.get("comp") ?? "") || headers["x-ms-tags"] !== undefined) {
      return {
        status: 409,
        code: "FeatureNotYetSupportedForHierarchicalNamespaceAccounts",
        message: "Blob index tags are not supported for an account with a hierarchical namespace.",
      };
    }
    if (blobName === undefined) {
      if (method === "DELETE") this.#folders.delete(containerName);
      return undefined;
    }
    const container = this.#context.container(containerName);
    // A blob with this metadata creates the folder, or is the folder that exists.
    if (isBlobWrite(request) && headers["x-ms-meta-hdi_isfolder"]?.toString().toLowerCase() === "true") {
      await this.#makeFolders(container, `${blobName}/`);
      return undefined;
    }
    if (isBlobWrite(request) && (await this.#isInTheWay(container, blobName))) {
      return {
        status: 409,
        code: "ResourceTypeMismatch",
        message: "The specified resource type does not match the type of the existing resource.",
      };
    }
    if (isBlobWrite(request)) await this.#makeFolders(container, blobName);
    if (!this.#foldersOf(container).has(blobName)) return undefined;
    // Words: azure-storage-fuse issue 1068. That it holds for access tiers is not documented.
    const isForFiles = headers["x-ms-delete-snapshots"] !== undefined || parameters.get("comp") === "tier";
    if (isForFiles) return unsupportedOnFolder;
    return method === "DELETE" ? await this.#refuseFull(container, blobName) : undefined;
  }

  /** The listing with the resource type of each entry; with a delimiter, folders are prefixes alone. */
  completeListing(containerName: string, xml: string, hasDelimiter: boolean): string {
    const folders = this.#folders.get(containerName) ?? new Set<string>();
    return xml.replace(/<Blob>.*?<\/Blob>/gs, (blob) => {
      const name = unescapeXml(/<Name>(.*?)<\/Name>/s.exec(blob)?.[1] ?? "");
      const isFolder = folders.has(name);
      if (isFolder && hasDelimiter) return "";
      const type = `<ResourceType>${isFolder ? "directory" : "file"}</ResourceType>`;
      return blob.replace("</Properties>", `${type}</Properties>`);
    });
  }

  async #makeFolders(container: ContainerClient, blobName: string): Promise<void> {
    const known = this.#foldersOf(container);
    const segments = blobName.split("/").slice(0, -1);
    for (let count = 1; count <= segments.length; count += 1) {
      const folder = segments.slice(0, count).join("/");
      if (folder === "" || known.has(folder)) continue;
      known.add(folder);
      await container
        .getBlockBlobClient(folder)
        .upload("", 0, { metadata: { hdi_isfolder: "true" } })
        .catch((error: unknown) => {
          // Without a container nothing is written either, which the service tells by itself.
          known.delete(folder);
          if (!(error instanceof Error && error.name === "RestError")) throw error;
        });
    }
  }

  /** Whether the name is that of a folder, or a folder that the name needs is that of a file. */
  async #isInTheWay(container: ContainerClient, blobName: string): Promise<boolean> {
    const folders = this.#foldersOf(container);
    if (folders.has(blobName)) return true;
    const segments = blobName.split("/").slice(0, -1);
    for (let count = segments.length; count > 0; count -= 1) {
      const parent = segments.slice(0, count).join("/");
      if (folders.has(parent)) return false;
      const found = parent === "" ? undefined : await propertiesOf(container, parent);
      if (found !== undefined) return found.metadata?.["hdi_isfolder"] !== "true";
    }
    return false;
  }

  async #refuseFull(container: ContainerClient, folder: string): Promise<Refusal | undefined> {
    for await (const _ of container.listBlobsFlat({ prefix: `${folder}/` })) {
      return {
        status: 409,
        code: "DirectoryIsNotEmpty",
        message: "This operation is not permitted on a non-empty directory.",
      };
    }
    this.#foldersOf(container).delete(folder);
    return undefined;
  }

  #foldersOf({ containerName }: ContainerClient): Set<string> {
    const folders = this.#folders.get(containerName) ?? new Set<string>();
    this.#folders.set(containerName, folders);
    return folders;
  }
}
