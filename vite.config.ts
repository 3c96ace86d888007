import react from "@vitejs/plugin-react";
import { relative } from "node:path";
import { defineConfig, type Plugin } from "vite";

import { licensesOf } from "./scripts/licenses-of.mjs";

/** Makes the viewer's page of `src/viewer/web/`, to be served from wherever the viewer is mounted. */
export default defineConfig({
  root: "src/viewer/web",
  // Addresses relative to index.html's <base>, which the server sets.
  base: "./",
  plugins: [react(), thirdPartyLicenses()],
  build: {
    outDir: "../../../dist/viewer/page",
    emptyOutDir: true,
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
