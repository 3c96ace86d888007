import type { OutputFileReference } from "../../../outputs/index.js";
import type { SearchHit, SearchProgress } from "../../protocol.js";
import { messageStream } from "../message-stream.js";
import { searchLines } from "../search/search-lines.js";
import { patternOf, searchQuery } from "../search/search-query.js";

/** So many are sent; whoever wants more goes on behind the last one. */
const mostHits = 10_000;
/** How much is looked through between two messages of progress. */
const progressBytes = 4 * 1024 * 1024;

/** GET stream of the lines that hold what is searched for, in flat memory whatever the log's size. */
export async function search(request: Request, output: OutputFileReference): Promise<Response> {
  const query = searchQuery(new URL(request.url).searchParams);
  const pattern = patternOf(query);
  const { size: totalBytes, version } = await output.getProperties({ abortSignal: request.signal });
  return messageStream<SearchHit, SearchProgress>(request, async function* (abortSignal) {
    const offset = Math.min(query.fromByte, totalBytes);
    const chunks = await output.openRead({
      offset,
      count: totalBytes - offset,
      abortSignal,
      expectedVersion: version,
    });
    let toldBytes = offset;
    let hitCount = 0;
    for await (const { hits, searchedBytes } of searchLines(chunks, pattern, offset, mostHits)) {
      hitCount += hits.length;
      const isTold = searchedBytes - toldBytes >= progressBytes;
      if (isTold) toldBytes = searchedBytes;
      if (hits.length > 0 || isTold)
        yield [
          ...hits.map((item) => ({ item })),
          ...(isTold ? [{ progress: { searchedBytes, totalBytes } }] : []),
        ];
      toldBytes = isTold ? searchedBytes : toldBytes;
      if (hitCount === mostHits) yield [{ progress: { searchedBytes, totalBytes, isCapped: true } }];
    }
    if (hitCount < mostHits) yield [{ progress: { searchedBytes: totalBytes, totalBytes } }];
    yield [{ end: true }];
  });
}
