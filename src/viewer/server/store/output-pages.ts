import type { OutputFileReference, OutputPage } from "../../../outputs/index.js";

type Pages = AsyncIterable<OutputPage<OutputFileReference>>;

/** So many come first: whoever opens a page sees something soon. */
const firstPageSize = 200;

/** The pages of a listing: a short one, then long ones. */
export async function* outputPages(
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
