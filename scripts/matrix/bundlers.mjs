/**
 * How each bundler makes one file of a task's program, as docs/guides/bundlers-and-runtimes.md describes it. Each is a script of a
 * project in which the packages are installed; its arguments are the program and the file to write.
 *
 * @type {Record<string, { packages: string[], script: string }>}
 */
export const bundlers = {
  esbuild: {
    packages: ["esbuild@0.28"],
    script: `
    import { build } from "esbuild";
    const [entry, outfile] = process.argv.slice(2);
    const require = 'import { createRequire as createBundleRequire } from "node:module"; const require = createBundleRequire(import.meta.url);';
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: "node",
      target: "node20.19",
      format: "esm",
      banner: { js: require },
      external: ["@azure/identity"],
    });`,
  },
  webpack: {
    packages: ["webpack@5", "terser-webpack-plugin@5"],
    script: `
    import { basename, dirname } from "node:path";
    import { promisify } from "node:util";
    import TerserPlugin from "terser-webpack-plugin";
    import webpack from "webpack";
    const [entry, outfile] = process.argv.slice(2);
    const stats = await promisify(webpack)({
      mode: "production",
      target: "node20.19",
      optimization: {
        minimizer: [new TerserPlugin({ extractComments: false, terserOptions: { mangle: false, format: { beautify: true } } })],
      },
      entry,
      output: { path: dirname(outfile), filename: basename(outfile), module: true, chunkFormat: "module" },
      experiments: { outputModule: true },
      // The SDK asks for its own address and for a "require" of its own: webpack's replacements do not run in an ES module.
      module: { parser: { javascript: { createRequire: false, importMeta: false } } },
      plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
      externals: { "@azure/identity": "import @azure/identity" },
    });
    if (stats.hasErrors()) throw new Error(stats.toString());`,
  },
  rollup: {
    packages: [
      "rollup@4",
      "@rollup/plugin-commonjs@29",
      "@rollup/plugin-json@6",
      "@rollup/plugin-node-resolve@16",
    ],
    script: `
    import commonjs from "@rollup/plugin-commonjs";
    import json from "@rollup/plugin-json";
    import nodeResolve from "@rollup/plugin-node-resolve";
    import { rollup } from "rollup";
    const [input, file] = process.argv.slice(2);
    const bundle = await rollup({
      input,
      external: ["@azure/identity"],
      plugins: [nodeResolve({ exportConditions: ["node"], preferBuiltins: true }), commonjs(), json()],
    });
    await bundle.write({ file, format: "es", inlineDynamicImports: true });
    await bundle.close();`,
  },
  vite: {
    packages: ["vite@8"],
    script: `
    import { basename, dirname } from "node:path";
    import { build } from "vite";
    const [ssr, outfile] = process.argv.slice(2);
    await build({
      configFile: false,
      logLevel: "warn",
      ssr: { noExternal: true },
      build: {
        ssr,
        outDir: dirname(outfile),
        emptyOutDir: false,
        target: "node20",
        rolldownOptions: {
          external: ["@azure/identity"],
          output: { entryFileNames: basename(outfile), codeSplitting: false },
        },
      },
    });`,
  },
};
