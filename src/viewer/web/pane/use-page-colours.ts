import { useMemo } from "react";
import { useMoreContrast, useSystemTheme } from "../page/theme.js";
import { black, minContrasts, parseHexColour, white } from "../rows/make-readable.js";
import type { PageColours } from "./row-text.js";

/** Returns the text and background colours of the current theme. */
export function usePageColours(): PageColours {
  const { colorNeutralForeground1, colorNeutralBackground1 } = useSystemTheme();
  const isMore = useMoreContrast();
  return useMemo(
    () => ({
      text: parseHexColour(colorNeutralForeground1) ?? black,
      background: parseHexColour(colorNeutralBackground1) ?? white,
      minContrast: isMore ? minContrasts.more : minContrasts.normal,
    }),
    [colorNeutralForeground1, colorNeutralBackground1, isMore],
  );
}
