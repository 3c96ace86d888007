/**
 * `npm run build:site`: builds the documentation site in `site/build/`, from README.md, the other documents and the doc comments of
 * the public declarations. Its tools have a package.json of their own in `site/`, so that `npm ci` here does not install them.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import manifest from "../package.json" with { type: "json" };

const site = "site";
const pages = join(site, "pages");
const tools = join(site, "node_modules");

/** What the site contains: documents and what they show. Other links lead to the repository. */
const documents = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs"];
const examples = ["any-language", "persist-outputs"].map((name) => `examples/${name}/README.md`);

/**
 * The groups of the side bar: a heading, and the pages of it.
 * @type {readonly (readonly [string, readonly string[]])[]}
 */
const groups = [
  ["Start", ["README.md", "docs/guides/python-tasks.md", "docs/guides/batch-library-in-task.md"]],
  ["Guides", listPages("docs/guides")],
  [
    "Reference",
    ["docs/conventions.md", "docs/security.md", ...listPages("docs/reference", /(?<!\.api)\.md$/)],
  ],
  ["Decisions", listPages("docs/decisions")],
];

/** @param {string} folder */
function listPages(folder, pattern = /\.md$/) {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => `${folder}/${name}`);
}

/** @param {string} path */
function readTitle(path) {
  const [, title = path] = /^# (.+)$/m.exec(readFileSync(path, "utf8")) ?? [];
  return title.replaceAll("`", "");
}

/** The address of a page: README.md is the page of its folder. @param {string} path */
function addressOf(path) {
  return `/${path.replace(/(?:README)?\.md$/, "")}`;
}

function copyDocuments() {
  rmSync(pages, { recursive: true, force: true });
  mkdirSync(pages, { recursive: true });
  for (const path of [...documents, ...examples]) cpSync(path, join(pages, path), { recursive: true });
  // HTML is text on the site: comments would be shown.
  for (const path of readdirSync(pages, { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".md")) continue;
    const page = join(pages, path);
    writeFileSync(page, readFileSync(page, "utf8").replace(/^<!--.*?-->\n/gms, ""));
  }
  // Folders that documents link to.
  for (const folder of ["docs/decisions", "docs/reference"]) {
    const lines = listPages(folder).map((path) => `- [${readTitle(path)}](${posix.basename(path)})`);
    writeFileSync(join(pages, folder, "README.md"), `# ${posix.basename(folder)}\n\n${lines.join("\n")}\n`);
  }
}

/** The reference of the library, from its doc comments. */
function writeReference() {
  const entries = Object.values(manifest.exports)
    .filter((entry) => typeof entry === "object")
    .map((entry) => entry.types.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts"));
  run("typedoc/bin/typedoc", [
    ...entries.flatMap((entry) => ["--entryPoints", entry]),
    ...["--plugin", pathToFileURL(join(tools, "typedoc-plugin-markdown/dist/index.js")).href],
    ...["--tsconfig", "tsconfig.build.json", "--out", join(pages, "docs/reference/api")],
    ...[
      "--readme",
      "none",
      "--excludeInternal",
      "--excludePrivate",
      "--skipErrorChecking",
      "--disableSources",
    ],
    ...["--entryFileName", "README", "--logLevel", "Error"],
  ]);
}

function writeSettings() {
  const sidebar = groups.map(([text, paths]) => ({
    text,
    collapsed: text === "Decisions",
    items: [paths]
      .flat()
      .map((path) => ({ text: path === "README.md" ? "Overview" : readTitle(path), link: addressOf(path) })),
  }));
  const settings = {
    title: manifest.name,
    description: manifest.description,
    // The prefix of the address at which it is published, for GitHub Pages the name of the repository.
    base: process.env["SITE_BASE"] ?? "/",
    outDir: "../build",
    cleanUrls: true,
    rewrites: { "README.md": "index.md", ":folder(.*)/README.md": ":folder/index.md" },
    // Sources and folders are not on the site; the tests check each relative link in the repository.
    ignoreDeadLinks: true,
    // Angle brackets of prose are text, not components.
    markdown: { html: false },
    themeConfig: {
      search: { provider: "local" },
      outline: [2, 3],
      nav: [{ text: "Library", link: "/docs/reference/api/" }],
      sidebar,
    },
  };
  mkdirSync(join(pages, ".vitepress"), { recursive: true });
  writeFileSync(
    join(pages, ".vitepress/config.mjs"),
    `export default ${JSON.stringify(settings, undefined, 2)};\n`,
  );
}

/** README.md is index.md on the site; VitePress does not change the links to it. */
function linkToIndexPages() {
  for (const path of readdirSync(pages, { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".md")) continue;
    const page = join(pages, path);
    const text = readFileSync(page, "utf8");
    writeFileSync(page, text.replace(/(\]\((?!\w+:)[^()\s]*?)\bREADME\.md/g, "$1index.md"));
  }
}

/** Runs a script of the tools. @param {string} script @param {readonly string[]} args */
function run(script, args) {
  execFileSync(process.execPath, [join(tools, script), ...args], { stdio: ["ignore", "inherit", "inherit"] });
}

execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", site], {
  stdio: ["ignore", "ignore", "inherit"],
  shell: process.platform === "win32",
});
copyDocuments();
writeReference();
linkToIndexPages();
writeSettings();
run("vitepress/bin/vitepress.js", ["build", pages]);
console.log(`${site}/build`);
