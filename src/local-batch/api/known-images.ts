/**
 * The publishers of Azure Marketplace whose images Azure Batch has supported, as its lists of supported images of 2017 to 2025
 * name them. They publish new offers every year, which this list cannot know: an offer is not refused for its name.
 */
const publishers: ReadonlySet<string> = new Set([
  "almalinux",
  "batch",
  "canonical",
  "credativ",
  "debian",
  "microsoft-ads",
  "microsoft-azure-batch",
  "microsoft-dsvm",
  "microsoftcblmariner",
  "microsoftwindowsserver",
  "openlogic",
  "oracle",
  "suse",
  "xilinx",
]);

/** Whether Azure Batch supports, or once supported, images of this publisher. Names are compared without regard to case. */
export function isKnownPublisher(publisher: string): boolean {
  return publishers.has(publisher.toLowerCase());
}

/** The images that Azure Batch lists as compatible with Docker: by publisher and offer, or, of Windows, by SKU. */
const containerImages =
  /^(microsoft-azure-batch\/|almalinux\/almalinux-hpc|microsoft-ads\/linux-|microsoft-dsvm\/(azureml|dsvm-win|linux-|ubuntu-hpc)|microsoftwindowsserver\/.*-with-containers)/i;

/** Whether pools of this image can run container tasks. */
export function isContainerImage(publisher: string, offer: string, sku: string): boolean {
  return containerImages.test(`${publisher}/${offer}/${sku}`);
}
