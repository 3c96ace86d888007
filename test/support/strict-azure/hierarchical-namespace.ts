import type { ContainerClient } from "@azure/storage-blob";
import { type BlobRequest, isBlobWrite, type Refusal } from "./blob-request.js";
import type { RuleContext } from "./rules.js";

/**
 * What an account with a hierarchical namespace does otherwise, as "Known issues with Azure Data Lake Storage" and "Blob
 * Storage feature support" tell: a folder is listed as an empty blob with the metadata `hdi_isfolder` and the resource
 * type "directory", is made with what is put into it, stays when that goes, and cannot be deleted before; "/" is the only
 * delimiter; there are no index tags.
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
    if (delimiter !== null && delimiter !== "/") {
      return {
        status: 400,
        code: "InvalidQueryParameterValue",
        message: "Value for one of the query parameters specified in the request URI is invalid.",
      };
    }
    if (parameters.get("comp") === "tags" || headers["x-ms-tags"] !== undefined) {
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
    if (isBlobWrite(request)) await this.#makeFolders(container, blobName);
    if (method === "DELETE" && this.#foldersOf(container).has(blobName))
      return await this.#refuseFull(container, blobName);
    return undefined;
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

function unescapeXml(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}
