import { FirstPart } from "../opened/first-part.js";
import type { OpenFile } from "../opened/open-file.js";
import { HighlightedCode } from "./highlighted-code.js";
import { getSourceLanguage } from "./source-language.js";

/** Highlighting is slow and needs an element per word: only the beginning of a longer file is shown. */
const limitBytes = 262_144;

/** Source code with syntax highlighting. */
export function CodeView({ file }: { readonly file: OpenFile }) {
  return (
    <FirstPart file={file} limitBytes={limitBytes}>
      {({ text }) => (
        <HighlightedCode
          text={text}
          language={getSourceLanguage(file.kindPath ?? file.path)}
          label={file.path}
        />
      )}
    </FirstPart>
  );
}
