/** Wine needs a preload in each Node.js (wine.ts): what a program gets that is started with variables of its own. */
export const windowsNodeOptions: Readonly<Record<string, string | undefined>> =
  process.platform === "win32" ? { NODE_OPTIONS: process.env["NODE_OPTIONS"] } : {};
