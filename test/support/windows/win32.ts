import { fetchPackedFile } from "../../../scripts/node-for-target.mjs";
import { toWindowsPath } from "./wine.js";

const koffiVersion = "3.3.4";

/**
 * A beginning for programs of CommonJS that call functions of Windows which Node.js does not have: `koffi`, and `kernel32`, the library
 * that most of them are in. The native part of Koffi is all of it that is needed.
 */
export async function getWin32Preamble(): Promise<string> {
  const path = await fetchPackedFile("@koromix/koffi-win32-x64", koffiVersion, "win32_x64/koffi.node");
  return `
    const koffi = require(${JSON.stringify(toWindowsPath(path))});
    const kernel32 = koffi.load("kernel32.dll");`;
}
