import type { BrowserContext, Page } from "playwright-core";

/** What a browser itself reports of a page: what it ran, asked for, opened, and where it went. */
export interface WatchedPage {
  readonly page: Page;
  /** Requests to any other origin that the browser did not stop. */
  readonly left: readonly string[];
  /** Dialogs, messages and variables of a script that ran, windows that opened, frames that left. */
  readonly broken: readonly string[];
  /** Looks for what a script would have left in the page. */
  readonly lookInside: () => Promise<void>;
}

/** Every trap says or sets this, wherever it springs. */
export const trapWord = "PWNED";

export async function openWatchedPage(context: BrowserContext, origin: string): Promise<WatchedPage> {
  const page = await context.newPage();
  const broken: string[] = [];
  const left: string[] = [];
  const isOutside = (url: string) =>
    /^https?:|^wss?:|^file:|^ftp:/.test(url) && !url.startsWith(`${origin}/`);
  page.on("dialog", (dialog) => {
    broken.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  page.on("popup", (popup) => {
    broken.push(`window: ${popup.url()}`);
  });
  page.on("console", (message) => {
    // What the browser says of a policy quotes what it refused to run.
    if (message.type() === "log" && message.text().includes(trapWord))
      broken.push(`console: ${message.text()}`);
  });
  page.on("framenavigated", (frame) => {
    if (isOutside(frame.url())) broken.push(`frame went to ${frame.url()}`);
  });
  page.on("response", (response) => {
    if (isOutside(response.url())) left.push(response.url());
  });
  page.on("requestfinished", (request) => {
    if (isOutside(request.url())) left.push(request.url());
  });
  page.on("requestfailed", (request) => {
    // A request that was stopped has a reason; anything else was sent, and got no answer.
    const reason = request.failure()?.errorText ?? "";
    if (isOutside(request.url()) && !/csp|BLOCKED|^origin$/i.test(reason))
      left.push(`${request.url()} (${reason})`);
  });
  const lookInside = async () => {
    // A frame that may run nothing answers no question: there the messages and dialogs above are what is known.
    const found = await page.evaluate(
      (word) => [document.title.includes(word), Reflect.get(window, word) !== undefined].some(Boolean),
      trapWord,
    );
    if (found) broken.push("a script ran in the page");
  };
  return { page, broken, left, lookInside };
}
