/**
 * The images of Azure Marketplace that Azure Batch has supported, as its lists of supported images of 2017 to 2025 name them: a
 * publisher, and what the offers begin with. Offers of a family and SKUs are added each year, so that they are not listed one by one.
 */
const offersOfPublishers: ReadonlyMap<string, readonly string[]> = new Map([
  ["almalinux", ["almalinux"]],
  ["batch", ["rendering-", "autodesk-"]],
  ["canonical", ["ubuntuserver", "ubuntu-", "0001-com-ubuntu-"]],
  ["credativ", ["debian"]],
  ["debian", ["debian-"]],
  ["microsoft-ads", ["linux-data-science-vm", "standard-data-science-vm"]],
  ["microsoft-azure-batch", ["centos-container", "ubuntu-server-container"]],
  ["microsoft-dsvm", ["azureml", "dsvm-", "linux-data-science-vm", "ubuntu-"]],
  ["microsoftcblmariner", ["cbl-mariner", "azure-linux-"]],
  ["microsoftwindowsserver", ["windowsserver"]],
  ["openlogic", ["centos"]],
  ["oracle", ["oracle-linux"]],
  ["suse", ["opensuse", "sles"]],
  ["xilinx", ["xilinx_alveo_"]],
]);

/** Whether Azure Batch supports, or once supported, images of this offer. Names are compared without regard to case. */
export function isKnownImage(publisher: string, offer: string): boolean {
  const prefixes = offersOfPublishers.get(publisher.toLowerCase()) ?? [];
  return prefixes.some((prefix) => offer.toLowerCase().startsWith(prefix));
}

/** The images that Azure Batch lists as compatible with Docker: by publisher and offer, or, of Windows, by SKU. */
const containerImages =
  /^(microsoft-azure-batch\/|almalinux\/almalinux-hpc|microsoft-ads\/linux-|microsoft-dsvm\/(azureml|dsvm-win|linux-|ubuntu-hpc)|microsoftwindowsserver\/.*-with-containers)/i;

/** Whether pools of this image can run container tasks. */
export function isContainerImage(publisher: string, offer: string, sku: string): boolean {
  return containerImages.test(`${publisher}/${offer}/${sku}`);
}
