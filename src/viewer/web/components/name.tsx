import { escapeInvisible } from "../format/escape-invisible.js";

/** A name from the store: its direction stays its own, nothing in it hides, and however long it is, it breaks. */
export function Name({ text }: { readonly text: string }) {
  return <bdi className="name">{escapeInvisible(text)}</bdi>;
}
