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
};
