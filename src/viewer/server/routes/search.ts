import type { SearchHit, SearchProgress, StreamMessage } from "../../protocol/index.js";
import { streamMessages } from "../http/message-stream.js";
import { alignToLines } from "../search/align-to-lines.js";
import { PatternSearch } from "../search/pattern-search.js";
import { type Find, searchLines } from "../search/search-lines.js";
import { type SearchedBytes, unpackBytes } from "../search/searched-bytes.js";
import { createPattern, parseSearchQuery } from "../search/search-query.js";
import { alignToUnits, TextFormat } from "../search/text-format.js";

/** The maximum number of hits sent; the page can continue after the last one. */
const maxHits = 10_000;
/** The number of bytes searched between two progress messages. */
const progressBytes = 4 * 1024 * 1024;

/** Opens the text that is searched. */
export type OpenSearchedBytes = (abortSignal: AbortSignal) => Promise<SearchedBytes>;

/** GET stream of the matching lines, with constant memory for texts of any size. */
export async function streamSearch(request: Request, open: OpenSearchedBytes): Promise<Response> {
  const query = parseSearchQuery(new URL(request.url).searchParams);
  const pattern = createPattern(query);
  const format = new TextFormat(query.encoding);
  const { unitBytes } = format;
  const stored = await open(request.signal);
  const { read, totalBytes } = query.unpacking ? unpackBytes(stored, query.unpacking) : stored;
  return streamMessages<SearchHit, SearchProgress>(request, async function* (abortSignal) {
    const offset = Math.min(roundUp(query.fromByte, unitBytes), totalBytes);
    const end = Math.min(roundUp(query.toByte ?? totalBytes, unitBytes), totalBytes);
    // Includes the code unit before, which shows whether a line begins at the offset.
    const source = alignToUnits(await read(Math.max(0, offset - unitBytes), abortSignal), unitBytes);
    const { start, chunks } = await alignToLines(source, offset, end, format);
    using search = new PatternSearch(pattern, abortSignal);
    const find: Find = async (text, maxMatches) => await search.find(text, maxMatches);
    let reportedUpTo = offset;
    let hitCount = 0;
    let lines = 0;
    const createProgress = (searchedUpTo: number, isCapped: boolean) => {
      reportedUpTo = searchedUpTo;
      return {
        progress: {
          searchedBytes: searchedUpTo,
          totalBytes,
          lineCount: lines,
          ...(isCapped ? { isCapped } : {}),
        },
      };
    };
    for await (const { hits, searchedUpTo, lineCount } of searchLines(chunks, find, start, maxHits, format)) {
      hitCount += hits.length;
      lines = lineCount;
      const messages: StreamMessage<SearchHit, SearchProgress>[] = hits.map((item) => ({ item }));
      const isCapped = hitCount === maxHits;
      if (isCapped || searchedUpTo - reportedUpTo >= progressBytes)
        messages.push(createProgress(searchedUpTo, isCapped));
      if (messages.length > 0) yield messages;
    }
    if (hitCount < maxHits) yield [createProgress(end, false)];
    yield [{ end: true }];
  });
}

function roundUp(offset: number, unitBytes: number): number {
  return Math.ceil(offset / unitBytes) * unitBytes;
}
