import type { ReactElement } from "react";
import Markdown, { type Options } from "react-markdown";
import remarkGfm from "remark-gfm";

/**
 * Renders Markdown with tables and task lists; HTML in it stays text. The time can grow with the square of the length.
 *
 * @throws RangeError It is nested too deeply.
 */
export function renderMarkdown(options: Options): ReactElement {
  return Markdown({ ...options, remarkPlugins: [remarkGfm], urlTransform: filterUrl });
}

/** Keeps only https:, http: and mailto: addresses of links. Those of pictures are checked when they are shown. */
function filterUrl(address: string, attribute: string): string {
  return attribute === "src" || /^(?:https?:\/\/|mailto:)/i.test(address) ? address : "";
}
