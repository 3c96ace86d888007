import type { OutputFileReference, OutputPage } from "../../../outputs/index.js";

type Pages = AsyncIterable<OutputPage<OutputFileReference>>;

/** The first page is small, so that something is shown soon. */
const firstPageSize = 200;

/** The pages of a listing: a small one, then large ones. */
export async function* readOutputPages(
  pagesFrom: (settings: { maxPageSize?: number; continuationToken?: string }) => Pages,
): AsyncGenerator<OutputPage<OutputFileReference>> {
  for await (const page of pagesFrom({ maxPageSize: firstPageSize })) {
    yield page;
    const { continuationToken } = page;
    if (continuationToken === undefined) return;
    yield* pagesFrom({ continuationToken });
    return;
  }
}
