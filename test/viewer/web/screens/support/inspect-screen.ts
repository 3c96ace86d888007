import axe from "axe-core";
import type { Page } from "playwright-core";

import { runAxe } from "../../../support/axe.js";
import { showContrast, type ContrastSettings } from "../../../support/show-theme.js";

/** A folder for a picture of each screen, in each width and theme, if somebody wants to look at them. */
const pictures = process.env["SCREEN_PICTURES"];

/** Of a phone, a large display and a laptop, and of a laptop at 400 % and 200 %, into which the page has to fit. */
const windows = [
  { width: 320, height: 256, themes: [] },
  { width: 640, height: 400, themes: [] },
  { width: 390, height: 844, themes: ["light", "dark", "contrast-light", "contrast-dark", "forced"] },
  { width: 1920, height: 1080, themes: ["light"] },
  { width: 1280, height: 800, themes: ["light", "dark", "contrast-light", "contrast-dark", "forced"] },
] as const;

const themes = {
  light: {},
  dark: { colorScheme: "dark" },
  "contrast-light": { contrast: "more" },
  "contrast-dark": { colorScheme: "dark", contrast: "more" },
  forced: { colorScheme: "dark", forcedColors: "active" },
} as const satisfies Record<string, ContrastSettings>;

/** Themes differ only in colours. Readers who ask for more contrast get that of WCAG's level AAA. */
const colourRules = { runOnly: ["color-contrast", "link-in-text-block"] };
const enhancedRules = { runOnly: ["color-contrast", "color-contrast-enhanced", "link-in-text-block"] };

type ShowTheme = (page: Page, settings: ContrastSettings) => Promise<void>;

/** Of a page that has no theme but the browser's. */
export const showPlainTheme: ShowTheme = async (
  page,
  { colorScheme = "light", contrast = "no-preference" as const, forcedColors = "none" as const },
) => {
  await page.emulateMedia({ colorScheme, contrast, forcedColors });
};

/** What is wrong with a screen as it is, in each window and theme. The page is as before afterwards. */
export async function inspectScreen(
  page: Page,
  screen: string,
  showTheme: ShowTheme = showContrast,
): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const { width, height, themes: names } of windows) {
    await page.setViewportSize({ width, height });
    await showTheme(page, {});
    found.push(...(await findMisfits(page, `${width}`)));
    await takePicture(page, `${screen} ${width}`);
    for (const name of names) {
      await showTheme(page, themes[name]);
      const options = name === "light" ? {} : name.startsWith("contrast") ? enhancedRules : colourRules;
      found.push(...(await runAxe(page, `${width} ${name}`, options)));
      if (name !== "light") await takePicture(page, `${screen} ${width} ${name}`);
    }
  }
  await showTheme(page, {});
  return found;
}

async function takePicture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  await page.screenshot({ path: `${pictures}/${name.replaceAll(/[^\w-]+/g, "-")}.png` });
}

/** How long a part that is laid out by a script, as the bars of messages are, may take to hear of a new width. */
const layoutTimeoutMs = 10_000;

/** Controls and titles that are cut, or outside the window, and a page that scrolls to the side, and that stay so. */
async function findMisfits(page: Page, mode: string): Promise<string[]> {
  const deadline = performance.now() + layoutTimeoutMs;
  for (;;) {
    const found = await page.evaluate<string[]>(`(${listMisfits.toString()})()`);
    if (found.length === 0 || performance.now() > deadline)
      return found.map((misfit) => `${mode}: ${misfit}`);
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(resolve))");
  }
}

/** Runs in the page. */
function listMisfits(): string[] {
  const misfits: string[] = [];
  const { innerWidth } = window;
  for (const element of [document.documentElement, document.body, document.getElementById("content")]) {
    if (element !== null && element.scrollWidth > Math.ceil(element.clientWidth))
      misfits.push(`scrolls to the side: ${element.tagName} ${element.scrollWidth} > ${element.clientWidth}`);
  }
  const scrolls = (element: Element): boolean => {
    for (let parent = element.parentElement; parent !== null; parent = parent.parentElement)
      if (/auto|scroll/.test(getComputedStyle(parent).overflowX) && parent.scrollWidth > parent.clientWidth)
        return true;
    return false;
  };
  for (const element of document.querySelectorAll("button, input, select, summary, h1, h2, [role=status]")) {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const { left, right, width, height } = element.getBoundingClientRect();
    if (width <= 1 || height <= 1) continue;
    const name = `${element.tagName} ${(element.getAttribute("aria-label") ?? element.textContent).slice(0, 60)}`;
    if ((left < 0 || right > innerWidth + 0.5) && !scrolls(element))
      misfits.push(`outside the window: ${name}`);
    if (element.matches("button") && element.scrollWidth > element.clientWidth + 1)
      misfits.push(`cut: ${name} ${element.scrollWidth} > ${element.clientWidth}`);
  }
  return misfits;
}
