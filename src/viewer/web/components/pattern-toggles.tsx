import { reading } from "../text/reading.js";
import { ToolButton } from "./tool-button.js";

const text = reading.log.search;

export interface PatternOptions {
  readonly isCaseSensitive: boolean;
  readonly isRegex: boolean;
}

export interface PatternTogglesProps extends PatternOptions {
  /** Called with the options as they are after a click. */
  readonly onChange: (options: PatternOptions) => void;
}

/** The two options of a search, beside its field. */
export function PatternToggles({ isCaseSensitive, isRegex, onChange }: PatternTogglesProps) {
  return (
    <>
      <ToolButton
        label={text.matchCase}
        isOn={isCaseSensitive}
        onClick={() => {
          onChange({ isCaseSensitive: !isCaseSensitive, isRegex });
        }}
      >
        Aa
      </ToolButton>
      <ToolButton
        label={text.regex}
        isOn={isRegex}
        onClick={() => {
          onChange({ isCaseSensitive, isRegex: !isRegex });
        }}
      >
        .*
      </ToolButton>
    </>
  );
}
