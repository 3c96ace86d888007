import type { Readable } from "../readable.js";

export function FileView({ readable }: { readonly readable: Readable }) {
  return <p>{readable.container}</p>;
}
