/**
 * The house and its floors: who may import whom (ARCHITECTURE.md). Every rule carries its reason in `comment`, and
 * that is what a developer sees when it fires.
 */

/** What every floor stands on. */
const ground = "^src/core/";

/** The part of it that runs in a browser. */
const browserSafeGround =
  "^src/core/(browser|arguments|redaction/[^/]+|errors/(argument-error|batch-outputs-error|hint))\\.ts$";

/** A folder of src/, or one file of it, and what it may import of src/ beside itself. */
const floors = [
  {
    name: "core",
    path: ground,
    mayImport: [],
    because: "every floor stands on it, so it stands on nothing",
  },
  {
    name: "conventions",
    path: "^src/conventions/",
    mayImport: [browserSafeGround],
    because: "names in, names out: whoever reads or writes by the conventions can use it without the rest",
  },
  {
    name: "storage",
    path: "^src/storage/",
    mayImport: [ground],
    because: "it moves bytes under blob names and knows no job, no task and no convention",
  },
  {
    name: "tracking",
    path: "^src/tracking/",
    mayImport: [ground, "^src/storage/"],
    because: "a growing file on one side and an append blob on the other: names are given to it by outputs",
  },
  {
    name: "outputs",
    path: "^src/outputs/",
    mayImport: [ground, "^src/conventions/", "^src/storage/", "^src/tracking/"],
    because: "what tasks and clients do works without Azure Batch, a terminal or a page",
  },
  {
    name: "batch",
    path: "^src/batch/",
    mayImport: [ground, "^src/conventions/", "^src/outputs/"],
    because: "it adds what Azure Batch knows to what outputs do; storage is reached through outputs alone",
  },
  {
    name: "diagnosis",
    path: "^src/diagnosis/",
    mayImport: [ground, "^src/outputs/", "^src/batch/"],
    because: "it finds out why tasks failed from what is stored and what Batch says, for whoever shows it",
  },
  {
    name: "local-batch",
    path: "^src/local-batch/",
    mayImport: [ground, "^src/conventions/", "^src/outputs/", "^src/batch/"],
    because: "the local service stands beside the library's users, not on its insides, and shows no page",
  },
  {
    name: "viewer-protocol",
    path: "^src/viewer/protocol/",
    mayImport: [browserSafeGround, "^src/conventions/"],
    because: "the page loads it too, so it may use only what a browser can",
  },
  {
    name: "viewer-server",
    path: "^src/viewer/(?!web/|protocol/)",
    mayImport: [
      ground,
      "^src/conventions/",
      "^src/outputs/",
      "^src/batch/",
      "^src/diagnosis/",
      "^src/viewer/protocol/",
    ],
    because:
      "a Request -> Response handler over outputs; the page is a file that it serves, not code that it runs",
  },
  {
    name: "viewer-web",
    path: "^src/viewer/web/",
    mayImport: [
      browserSafeGround,
      "^src/conventions/",
      "^src/diagnosis/browser\\.ts$",
      "^src/viewer/protocol/",
    ],
    because: "the page runs in a browser and speaks to its server by the protocol only",
  },
  {
    name: "cli",
    path: "^src/cli/",
    mayImport: ["^src/"],
    because: "the command line may use every floor, by its front door",
  },
];

/**
 * A package in node_modules, however deep.
 * @param {string} name its name, or a regular expression of names
 */
const npmPackage = (name) => `(^|/)node_modules/${name}/`;

const pagePackages = npmPackage(
  "(@fluentui/[^/]+|react|react-dom|wouter|@tanstack/[^/]+|anser|diff|lowlight|highlight\\.js|papaparse|pdfjs-dist|hyparquet|fflate|fzstd|react-markdown|remark-gfm)",
);

/** @type {import("dependency-cruiser").IRegularForbiddenRuleType[]} */
const floorRules = floors.map(({ name, path, mayImport, because }) => ({
  name: `floor-${name}`,
  comment: `${name} may import of src/ only what the table of floors gives it: ${because}.`,
  severity: "error",
  from: { path },
  to: { path: "^src/", pathNot: [path, ...mayImport] },
}));

const onFloors = ["^src/index\\.ts$", ...floors.map(({ path }) => path)];
const strayComment =
  "A file of src/ that stands on no floor would escape every rule: put it in a floor's folder, or give its new floor " +
  "a row in the table above and in ARCHITECTURE.md.";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...floorRules,
    {
      name: "floor-unknown",
      comment: strayComment,
      severity: "error",
      from: { path: "^src/", pathNot: onFloors },
      to: {},
    },
    {
      name: "floor-unknown-imported",
      comment: strayComment,
      severity: "error",
      from: {},
      to: { path: "^src/", pathNot: onFloors },
    },
    {
      name: "front-door",
      comment:
        "Another floor is entered through its index.ts only: what stands behind it can then be changed by whoever " +
        "reads that floor alone.",
      severity: "error",
      from: { path: "^src/([^/]+)/" },
      // The viewer's door is its server's: the page is built, not imported.
      to: {
        path: "^src/[^/]+/",
        pathNot: [
          "^src/$1/",
          "^src/([^/]+|viewer/server)/index\\.ts$",
          "^src/(core|diagnosis)/browser\\.ts$",
        ],
      },
    },
    {
      name: "front-door-of-floors-for-package",
      comment:
        "The package's own front door (src/index.ts) is made of the floors' front doors, nothing deeper.",
      severity: "error",
      from: { path: "^src/[^/]+$" },
      to: { path: "^src/[^/]+/", pathNot: "^src/[^/]+/index\\.ts$" },
    },
    {
      name: "front-door-viewer-rooms",
      comment:
        "viewer/server and viewer/web share viewer/protocol/ and nothing else: one is Node.js, one a browser.",
      severity: "error",
      from: { path: "^src/viewer/(server|web)/" },
      to: { path: "^src/viewer/", pathNot: ["^src/viewer/$1/", "^src/viewer/protocol/"] },
    },
    {
      name: "package-door-is-for-users",
      comment:
        "src/index.ts is for users of the package: a floor that imports it would import every floor at once.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^src/index\\.ts$" },
    },
    {
      name: "nobody-imports-cli",
      comment:
        "The command line is a leaf: parsing flags and writing to a terminal must not leak into a library.",
      severity: "error",
      from: { pathNot: "^(src/cli|test)/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "no-cycle",
      comment: "Files that import each other, types included, cannot be read, tested or moved one at a time.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-cycle-of-folders",
      comment:
        "Folders that import each other are one folder with two names: neither can be understood, tested or moved without " +
        "the other. Move what both need below them.",
      severity: "error",
      scope: "folder",
      from: { path: "^src/" },
      to: { circular: true },
    },
    {
      name: "resolves",
      comment: "An import that leads nowhere fails at run time, or only in somebody else's install.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "browser-no-node",
      comment:
        "conventions and the viewer's page run in a browser: nothing of node:* may come in, types included.",
      severity: "error",
      from: {
        path: "^src/(core/(browser|arguments|redaction/[^/]+|errors/(argument-error|batch-outputs-error|hint))\\.ts$|diagnosis/(browser|lines/replace-variables)\\.ts$|conventions/|viewer/(web/|protocol/))",
      },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "core-no-services",
      comment:
        "core knows no service: of packages it may use the Azure SDK's AbortError, which is what callers get, and types.",
      severity: "error",
      from: { path: ground },
      to: {
        path: "(^|/)node_modules/",
        pathNot: [npmPackage("@azure/abort-controller"), npmPackage("@types/node")],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "browser-no-packages",
      comment:
        "conventions stays pure and small: its only package is @noble/hashes, because SHA-1 is not in the language " +
        "and Web Crypto's is asynchronous.",
      severity: "error",
      from: {
        path: "^src/(core/(browser|arguments|redaction/[^/]+|errors/(argument-error|batch-outputs-error|hint))\\.ts$|conventions/|viewer/protocol/)",
      },
      to: { path: "(^|/)node_modules/", pathNot: npmPackage("@noble/hashes") },
    },
    {
      name: "page-packages-in-the-page-only",
      comment:
        "React, Fluent UI and what shows files are bundled into the viewer's page: whoever installs the package installs " +
        "none of them, so nothing else of src/ may need them.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/viewer/web/" },
      to: { path: pagePackages },
    },
    {
      name: "page-without-server-packages",
      comment:
        "The page is small and speaks to its own server alone: no storage SDK, no HTTP library, no server comes into it.",
      severity: "error",
      from: { path: "^src/viewer/web/" },
      to: { path: npmPackage("(@azure/[^/]+|@hono/[^/]+|hono|client-zip|mime|picomatch|commander)") },
    },
    {
      name: "blob-sdk-runs-in-storage",
      comment:
        "Only storage calls the blob SDK, so that retries, redaction and errors are settled once. Types alone may be " +
        "named elsewhere (next rule); values such as BlobServiceClient come through storage's front door.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/storage/" },
      to: { path: npmPackage("@azure/storage-(blob|common)"), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "blob-sdk-types-in-outputs",
      comment:
        "Beside storage only outputs names the blob SDK's types (import type), because users hand it a " +
        "BlobServiceClient and get a blobClient back. Such an import is gone after compiling; floors that need " +
        "neither stay free of the SDK.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(storage|outputs)/" },
      to: { path: npmPackage("@azure/storage-(blob|common)"), dependencyTypes: ["type-only"] },
    },
    {
      name: "http-runs-in-storage-and-batch",
      comment:
        "Requests leave this package from two places alone, so that what they do to them (retries, redaction) is then " +
        "true: storage to the blob service; batch to the Batch service, which is another one, with other signatures and " +
        "errors, and whose own clients are no dependency.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(storage|batch)/" },
      to: {
        path: npmPackage("@azure/core-(rest-pipeline|client|http-compat)"),
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "sockets-belong-to-storage-and-servers",
      comment:
        "node:http and its like: storage speaks to the service, local-batch and cli listen on this machine; any other " +
        "floor that opens a socket has a request that nobody retries, traces or redacts. The metadata service of a machine " +
        "of Azure must not be asked through a proxy, as the SDK's pipelines would, and gets no secret.",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: "^src/(storage|local-batch|cli)/|^src/batch/scheduled-events/read-metadata\\.ts$",
      },
      to: { dependencyTypes: ["core"], path: "^(node:)?(http|https|http2|net|tls|dgram|dns)(/|$)" },
    },
    {
      name: "no-batch-client",
      comment:
        "Job and task handles are structural, so that @azure/batch 10 and 13 both fit: not even its types.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: npmPackage("@azure/batch") },
    },
    {
      name: "identity-only-when-needed",
      comment:
        "@azure/identity is an optional peer: a library install is without it. Only await import(...) in the very " +
        "place that needs it leaves the rest working, and its types stay out of our declarations.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: npmPackage("@azure/identity"), dependencyTypesNot: ["dynamic-import"] },
    },
    {
      name: "no-development-packages",
      comment:
        "What src/ imports must be installed with the package, or be inside: a devDependency is missing for users. " +
        "The library contains these packages, which nobody installs with it; the command line and the viewer's page contain theirs.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(cli|viewer/web)/" },
      to: {
        dependencyTypes: ["npm-dev"],
        dependencyTypesNot: ["npm-peer", "npm-optional"],
        pathNot: npmPackage("(@hono/node-server|@noble/hashes|client-zip|hono|mime|picomatch|yauzl)"),
      },
    },
    {
      name: "declared-packages",
      comment:
        "A package that package.json does not name works only as long as somebody else happens to need it.",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm-peer"] },
    },
    {
      name: "library-knows-no-tests",
      comment: "What ships must not need what does not ship: tests, examples, measurements, scripts.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|examples|bench|scripts|docs)/" },
    },
    {
      name: "examples-as-a-user-would",
      comment:
        "Examples are copied by users: they import azure-batch-outputs by its name, never a file of this repository.",
      severity: "error",
      from: { path: "^examples/" },
      to: {
        path: "^(src|dist|test|bench|scripts)/",
        pathNot: "^dist/((conventions|batch|local-batch)/)?index\\.(js|d\\.ts)$",
      },
    },
    {
      name: "examples-by-name",
      comment:
        "Even the built front doors are reached by the package's name, not by a path that only exists here.",
      severity: "error",
      from: { path: "^examples/" },
      to: { path: "^dist/", dependencyTypes: ["local"] },
    },
  ],
  options: {
    // "import type" counts (a cycle of types is a cycle to the reader), and is distinguished as `type-only`.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: ["(^|/)node_modules/", "^dist/"] },
    exclude: { path: ["^examples/build/"] },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
