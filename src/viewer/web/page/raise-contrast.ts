import type { Theme } from "@fluentui/react-components";
import { formatHexColour, makeReadable, minContrasts, parseHexColour, white } from "../rows/make-readable.js";

/** Text on a coloured or inverted background, which has a colour of its own. */
const otherBackground = /OnBrand|Inverted|Static|Disabled/;
/** Backgrounds of white text. */
const strongBackground = /^color(?:Brand|StatusDanger)Background3?(?:Hover|Pressed|Selected)?$/;

/** Returns a theme whose texts have the contrast of WCAG 2.2 (1.4.6), on selected rows too, and whose lines can be seen. */
export function raiseContrast(theme: Theme): Theme {
  const selected = parseHexColour(theme.colorNeutralBackground1Selected) ?? white;
  const entries = Object.entries(theme).map(([name, value]: [string, unknown]) => {
    const colour = typeof value === "string" ? parseHexColour(value) : undefined;
    if (colour === undefined) return [name, value];
    if (/^colorNeutralStroke[123]/.test(name)) return [name, theme.colorNeutralStrokeAccessible];
    if (strongBackground.test(name))
      return [name, formatHexColour(makeReadable(colour, white, minContrasts.more))];
    if (!name.includes("Foreground") || otherBackground.test(name)) return [name, value];
    return [name, formatHexColour(makeReadable(colour, selected, minContrasts.more))];
  });
  return { ...theme, ...(Object.fromEntries(entries) as Partial<Theme>) };
}
