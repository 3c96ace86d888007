import react from "@vitejs/plugin-react";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

import { licensesOf } from "./scripts/licenses-of.mjs";

/** Makes the viewer's page of `src/viewer/web/`, to be served from wherever the viewer is mounted. */
export default defineConfig({
  root: "src/viewer/web",
  // Addresses relative to index.html's <base>, which the server sets.
  base: "./",
  plugins: [react(), thirdPartyLicenses(), compressAssets()],
  build: {
    outDir: "../../../dist/viewer/page",
    emptyOutDir: true,
    // For `npm run coverage`.
    sourcemap: process.env["BATCH_OUTPUTS_MAPS"] === "true" ? "hidden" : false,
    // The policy of the page allows no data: address for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // In KiB. What is larger is loaded only for some kinds of files, such as PDF.
    chunkSizeWarningLimit: 1100,
  },
});

/** Writes the licences of the packages in the page beside it. */
function thirdPartyLicenses(): Plugin {
  return {
    name: "third-party-licenses",
    async generateBundle(_options, bundle) {
      const inputs = Object.values(bundle)
        .flatMap((output) => (output.type === "chunk" ? output.moduleIds : []))
        .map((id) => relative(".", id.replace(/^\0/, "")));
      this.emitFile({
        type: "asset",
        fileName: "third-party-licenses.txt",
        source: await licensesOf(inputs),
      });
    },
  };
}

/** Replaces the built assets by compressed files, which the viewer's server sends as they are: a third of their size. */
function compressAssets(): Plugin {
  return {
    name: "compress-assets",
    async writeBundle({ dir = "" }) {
      const assets = join(dir, "assets");
      for (const name of await readdir(assets)) {
        const path = join(assets, name);
        await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
        await rm(path);
      }
    },
  };
}
