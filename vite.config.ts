import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Makes the viewer's page of `src/viewer/web/`, to be served from wherever the viewer is mounted. */
export default defineConfig({
  root: "src/viewer/web",
  // Addresses relative to index.html's <base>, which the server sets.
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../../../dist/viewer/page",
    emptyOutDir: true,
    // The policy of the page allows no data: address for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The licences of the packages inside ask to be shipped with them.
    license: { fileName: "third-party-licenses.md" },
  },
});
