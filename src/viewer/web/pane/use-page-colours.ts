import { useMemo } from "react";
import { useSystemTheme } from "../page/theme.js";
import type { Rgb } from "../rows/make-readable.js";
import type { PageColours } from "./row-text.js";

/** Returns the text and background colours of the current theme. */
export function usePageColours(): PageColours {
  const { colorNeutralForeground1, colorNeutralBackground1 } = useSystemTheme();
  return useMemo(
    () => ({
      text: parseHexColour(colorNeutralForeground1),
      background: parseHexColour(colorNeutralBackground1),
    }),
    [colorNeutralForeground1, colorNeutralBackground1],
  );
}

/** Parses `#ffffff` or `#fff`. */
function parseHexColour(text: string): Rgb {
  const digits = text.replace("#", "");
  const wide = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const value = Number.parseInt(wide, 16);
  return { r: (value >> 16) & 255, g: (value >> 8) & 255, b: value & 255 };
}
