const extensions: Readonly<Record<string, string>> = {
  ...mapExtensions("bash", "sh bash zsh"),
  ...mapExtensions("c", "c h"),
  ...mapExtensions("cmake", "cmake"),
  ...mapExtensions("cpp", "cc cpp cxx hh hpp cu cuh"),
  ...mapExtensions("csharp", "cs"),
  ...mapExtensions("css", "css"),
  ...mapExtensions("diff", "diff patch"),
  ...mapExtensions("fortran", "f f77 f90 f95"),
  ...mapExtensions("go", "go"),
  ...mapExtensions("ini", "ini cfg conf toml properties env"),
  ...mapExtensions("java", "java"),
  ...mapExtensions("javascript", "js mjs cjs jsx"),
  ...mapExtensions("json", "json geojson ipynb"),
  ...mapExtensions("julia", "jl"),
  ...mapExtensions("kotlin", "kt kts"),
  ...mapExtensions("latex", "tex sty bib"),
  ...mapExtensions("lua", "lua"),
  ...mapExtensions("makefile", "mk mak"),
  ...mapExtensions("matlab", "m"),
  ...mapExtensions("perl", "pl pm"),
  ...mapExtensions("php", "php"),
  ...mapExtensions("powershell", "ps1 psm1"),
  ...mapExtensions("python", "py pyw pyi"),
  ...mapExtensions("r", "r"),
  ...mapExtensions("ruby", "rb"),
  ...mapExtensions("rust", "rs"),
  ...mapExtensions("scala", "scala sbt"),
  ...mapExtensions("sql", "sql"),
  ...mapExtensions("swift", "swift"),
  ...mapExtensions("typescript", "ts mts cts tsx"),
  ...mapExtensions("xml", "xml xsd xsl html htm svg"),
  ...mapExtensions("yaml", "yaml yml"),
};

const names: Readonly<Record<string, string>> = {
  dockerfile: "dockerfile",
  makefile: "makefile",
  "cmakelists.txt": "cmake",
};

/** Returns the language of a source file, by its name, as highlight.js calls it. */
export function getSourceLanguage(path: string): string | undefined {
  const name = (path.split("/").at(-1) ?? "").toLowerCase();
  const extension = /\.([^.]+)$/.exec(name)?.[1] ?? "";
  if (Object.hasOwn(names, name)) return names[name];
  return Object.hasOwn(extensions, extension) ? extensions[extension] : undefined;
}

function mapExtensions(language: string, endings: string): Record<string, string> {
  return Object.fromEntries(endings.split(" ").map((ending) => [ending, language]));
}
