import { escapeInvisible } from "../format/escape-invisible.js";

/**
 * A name from the store: isolated from the direction of the text around it, with invisible characters escaped, and wrapped if
 * long.
 */
export function Name({ text }: { readonly text: string }) {
  return <bdi className="name">{escapeInvisible(text)}</bdi>;
}
