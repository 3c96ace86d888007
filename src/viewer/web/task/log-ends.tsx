import { useEffect, useState } from "react";
import { addresses, type OutputItem } from "../../protocol/index.js";
import { request } from "../api/client.js";
import { readBody } from "../api/fetch-answer.js";
import { describeError } from "../api/failure.js";
import { isPackedLog } from "../model/kinds.js";
import { detectEncoding } from "../rows/encoding.js";
import { showLines } from "../rows/show-lines.js";
import { groupLogs } from "../model/task-logs.js";
import { formatBytes } from "../format/measures.js";
import { Moment } from "../components/moment.js";
import { Name } from "../components/name.js";
import { RouteLink } from "../components/route-link.js";
import { escapeInvisible } from "../format/escape-invisible.js";
import { browsing } from "../text/browsing.js";
import { describeFailure } from "../text/hints.js";

const shownLogs = 2;
const shownLines = 12;
const readBytes = 8192;

export interface LogEndsProps {
  readonly container: string;
  readonly logs: readonly OutputItem[];
}

/** The last lines of standard error and standard output, which often show why a task failed. */
export function LogEnds({ container, logs }: LogEndsProps) {
  const latest = groupLogs(logs)
    .flatMap(({ path, attempts: [output] }) => (output === undefined ? [] : [{ path, output }]))
    .filter(
      ({ path, output }) => /(^|\/)(stderr|stdout)[^/]*$/.test(path) && !isPackedLog(path) && output.size > 0,
    )
    .sort((one, other) => Number(/stderr/.test(other.path)) - Number(/stderr/.test(one.path)))
    .slice(0, shownLogs);
  if (latest.length === 0) return null;
  return (
    <div className="log-ends">
      {latest.map(({ path, output }) => (
        <section
          key={`${output.blobName} ${output.size}`}
          className="log-end"
          aria-label={browsing.endOf(escapeInvisible(path))}
        >
          <p className="log-end-title">
            <RouteLink to={{ screen: "view", container, blobName: output.blobName }}>
              <Name text={path} />
            </RouteLink>
            <span className="quiet">
              {formatBytes(output.size)}, <Moment iso={output.lastModified} />
            </span>
          </p>
          <LastLines output={output} />
        </section>
      ))}
    </div>
  );
}

function LastLines({ output }: { readonly output: OutputItem }) {
  const [text, setText] = useState<string>();
  const address = addresses.content(output.container, output.blobName);
  useEffect(() => {
    const leaving = new AbortController();
    request(address, { headers: { range: `bytes=-${readBytes}` }, signal: leaving.signal })
      .then(async (response) => {
        setText(
          takeLastLines(
            await readBody(response),
            (response.headers.get("content-range") ?? "bytes 0-").startsWith("bytes 0-"),
          ),
        );
      })
      .catch((error: unknown) => {
        if (!leaving.signal.aborted) setText(browsing.endFailed(describeFailure(describeError(error))));
      });
    return () => {
      leaving.abort();
    };
  }, [address]);
  return (
    <pre className="last-lines" tabIndex={0} aria-busy={text === undefined}>
      {text ?? browsing.loading}
    </pre>
  );
}

/** Whether the bytes look like compressed ones: half of them are no ASCII, and some are control characters. */
function isEncoded(bytes: Uint8Array): boolean {
  if (detectEncoding(bytes) !== undefined) return false;
  const isControl = (byte: number) => byte < 0x07 || (byte > 0x0d && byte < 0x1b);
  return (
    bytes.some(isControl) &&
    bytes.filter((byte) => isControl(byte) || byte >= 0x7f).length > bytes.length * 0.3
  );
}

/** Returns the last lines as a terminal ends up showing them, without the line that the range has cut. */
function takeLastLines(bytes: Uint8Array, isWhole: boolean): string {
  if (isEncoded(bytes)) return browsing.endEncoded;
  const lines = showLines({ bytes, encoding: detectEncoding(bytes) ?? "utf-8", isCut: !isWhole });
  return lines
    .slice(-shownLines)
    .map((line) => escapeInvisible(line.replaceAll("\t", "    ")))
    .join("\n");
}
