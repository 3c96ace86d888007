import type { OutputFileReference } from "../../../outputs/index.js";
import type { LineTimesAnswer } from "../../protocol/index.js";

/** Sends when the lines of a log were written. */
export async function sendLineTimes(request: Request, output: OutputFileReference): Promise<Response> {
  const times = await output.getLineTimes({ abortSignal: request.signal });
  const answer: LineTimesAnswer = {
    ...(times !== undefined && { startedAt: times.startedAt.getTime() }),
    ranges: (times?.blocks ?? []).map(({ from, to, withinMs, marks }) => ({
      from,
      to,
      withinMs,
      marks: marks.flatMap(({ position, at }) => [position, at]),
    })),
  };
  return Response.json(answer);
}
