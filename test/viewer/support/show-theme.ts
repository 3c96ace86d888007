import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Of Fluent UI's themes: that it is there says that the theme is. */
const backgrounds = { light: "rgb(255, 255, 255)", dark: "rgb(41, 41, 41)" } as const;

/** Those of dialogs stay when they have finished. */
const running = "document.getAnimations().filter(({ playState }) => playState === 'running').length";

/** Has the system ask for a theme, and waits until the page shows it: the page hears of it later, and colours fade. */
export async function showTheme(page: Page, colorScheme: keyof typeof backgrounds): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect
    .poll(() => page.evaluate("getComputedStyle(document.querySelector('.page')).backgroundColor"))
    .toBe(backgrounds[colorScheme]);
  await expect.poll(() => page.evaluate(running)).toBe(0);
}

export interface ContrastSettings {
  readonly colorScheme?: keyof typeof backgrounds;
  readonly contrast?: "more";
  readonly forcedColors?: "active";
}

/** Of Fluent UI's theme for forced colours, and those of {@link backgrounds}. */
const forcedBackground = "rgb(0, 0, 0)";
const areLinesStrong = `(() => {
  const style = getComputedStyle(document.querySelector(".page"));
  return style.getPropertyValue("--colorNeutralStroke2") === style.getPropertyValue("--colorNeutralStrokeAccessible");
})()`;

/** The same for contrast and forced colours. Without settings, the page is shown as usual. */
export async function showContrast(
  page: Page,
  { colorScheme = "light", contrast, forcedColors }: ContrastSettings,
): Promise<void> {
  await page.emulateMedia({
    colorScheme,
    contrast: contrast ?? "no-preference",
    forcedColors: forcedColors ?? "none",
  });
  await expect
    .poll(() => page.evaluate("getComputedStyle(document.querySelector('.page')).backgroundColor"))
    .toBe(forcedColors === undefined ? backgrounds[colorScheme] : forcedBackground);
  if (forcedColors === undefined)
    await expect.poll(() => page.evaluate(areLinesStrong)).toBe(contrast === "more");
  await expect.poll(() => page.evaluate(running)).toBe(0);
}
