/**
 * Remembers for this origin where the page of this session is: addresses without that path, as in a bookmark, lead there
 * (`server/access/entrance.ts`). No other port of the machine can read it.
 */
export function rememberMount(): void {
  const entrance = document.querySelector<HTMLMetaElement>('meta[name="entrance"]')?.content;
  if (entrance === undefined) return;
  try {
    localStorage.setItem(`batch-outputs ${entrance}`, new URL(".", document.baseURI).pathname);
  } catch (error) {
    // Storage is forbidden or full: only the addresses that the page itself shows work then.
    if (!(error instanceof DOMException)) throw error;
  }
}
