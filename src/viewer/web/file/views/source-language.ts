const extensions: Readonly<Record<string, string>> = {
  ...of("bash", "sh bash zsh"),
  ...of("c", "c h"),
  ...of("cmake", "cmake"),
  ...of("cpp", "cc cpp cxx hh hpp cu cuh"),
  ...of("csharp", "cs"),
  ...of("css", "css"),
  ...of("diff", "diff patch"),
  ...of("fortran", "f f77 f90 f95"),
  ...of("go", "go"),
  ...of("ini", "ini cfg conf toml properties env"),
  ...of("java", "java"),
  ...of("javascript", "js mjs cjs jsx"),
  ...of("json", "json geojson ipynb"),
  ...of("julia", "jl"),
  ...of("kotlin", "kt kts"),
  ...of("latex", "tex sty bib"),
  ...of("lua", "lua"),
  ...of("makefile", "mk mak"),
  ...of("matlab", "m"),
  ...of("perl", "pl pm"),
  ...of("php", "php"),
  ...of("powershell", "ps1 psm1"),
  ...of("python", "py pyw pyi"),
  ...of("r", "r"),
  ...of("ruby", "rb"),
  ...of("rust", "rs"),
  ...of("scala", "scala sbt"),
  ...of("sql", "sql"),
  ...of("swift", "swift"),
  ...of("typescript", "ts mts cts tsx"),
  ...of("xml", "xml xsd xsl html htm svg"),
  ...of("yaml", "yaml yml"),
};

const names: Readonly<Record<string, string>> = {
  dockerfile: "dockerfile",
  makefile: "makefile",
  "cmakelists.txt": "cmake",
};

/** The language of a source file by its name, as highlight.js calls it. */
export function sourceLanguage(path: string): string | undefined {
  const name = (path.split("/").at(-1) ?? "").toLowerCase();
  const extension = /\.([^.]+)$/.exec(name)?.[1] ?? "";
  if (Object.hasOwn(names, name)) return names[name];
  return Object.hasOwn(extensions, extension) ? extensions[extension] : undefined;
}

function of(language: string, endings: string): Record<string, string> {
  return Object.fromEntries(endings.split(" ").map((ending) => [ending, language]));
}
