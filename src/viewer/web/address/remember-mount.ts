/**
 * Stores the path that the page of this session is mounted at. A bookmark without that path then leads to it
 * (`server/access/entrance.ts`). Pages of other ports cannot read it.
 */
export function rememberMount(): void {
  const entrance = document.querySelector<HTMLMetaElement>('meta[name="entrance"]')?.content;
  if (entrance === undefined) return;
  try {
    localStorage.setItem(`batch-outputs ${entrance}`, new URL(".", document.baseURI).pathname);
  } catch (error) {
    // Storage is blocked or full: bookmarks without the path do not work then.
    if (!(error instanceof DOMException)) throw error;
  }
}
