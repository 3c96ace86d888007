/** A colour, with values from 0 to 255. */
export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** The minimum contrast of text in WCAG 2.2 (1.4.3), and for readers who ask for more contrast (1.4.6). */
export const minContrasts = { normal: 4.5, more: 7 } as const;

/**
 * Moves a colour towards white or black, keeping the hue, until it has enough contrast with the background. Programs choose
 * colours for a terminal with another background.
 */
export function makeReadable(colour: Rgb, background: Rgb, minContrast: number = minContrasts.normal): Rgb {
  const isDark = computeLuminance(background) < 0.18;
  const goal = isDark ? white : black;
  for (let share = 0; share < 1; share += 0.1) {
    const mixed = mix(colour, goal, share);
    if (computeContrast(mixed, background) >= minContrast) return mixed;
  }
  return goal;
}

/** Parses "187, 0, 0". */
export function parseRgb(text: string): Rgb | undefined {
  const [r, g, b] = text.split(",").map(Number);
  if (r === undefined || g === undefined || b === undefined) return undefined;
  return [r, g, b].every((part) => part >= 0 && part <= 255) ? { r, g, b } : undefined;
}

/** Parses `#ffffff` or `#fff`. */
export function parseHexColour(text: string): Rgb | undefined {
  if (!/^#(?:[\da-f]{3}|[\da-f]{6})$/i.test(text)) return undefined;
  const digits = text.slice(1);
  const wide = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const value = Number.parseInt(wide, 16);
  return { r: (value >> 16) & 255, g: (value >> 8) & 255, b: value & 255 };
}

/** Formats `#ffffff`. */
export function formatHexColour({ r, g, b }: Rgb): string {
  return `#${[r, g, b].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

export function formatCssColour({ r, g, b }: Rgb): string {
  return `rgb(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)})`;
}

/** Computes the contrast ratio of WCAG, from 1 to 21. */
export function computeContrast(one: Rgb, other: Rgb): number {
  const [light = 0, dark = 0] = [computeLuminance(one), computeLuminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

export const white: Rgb = { r: 255, g: 255, b: 255 };
export const black: Rgb = { r: 0, g: 0, b: 0 };

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (a: number, b: number) => Math.round(a + (b - a) * share);
  return { r: part(from.r, to.r), g: part(from.g, to.g), b: part(from.b, to.b) };
}

function computeLuminance({ r, g, b }: Rgb): number {
  const [x = 0, y = 0, z = 0] = [r, g, b].map((part) => {
    const level = part / 255;
    return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}
