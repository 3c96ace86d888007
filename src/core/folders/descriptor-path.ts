import { existsSync } from "node:fs";

const descriptorFolder = "/proc/self/fd";
const hasDescriptorPaths = process.platform === "linux" && existsSync(descriptorFolder);

/**
 * Linux has a path for every open folder. Names below that path lead into the opened folder, even if it was moved and its former
 * path leads elsewhere. `undefined` on other systems, and in a container without /proc.
 */
export function getDescriptorPath(descriptor: number): string | undefined {
  return hasDescriptorPaths ? `${descriptorFolder}/${descriptor}` : undefined;
}
