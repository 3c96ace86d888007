import type { Readable } from "../readable.js";

export function LogView({ readable }: { readonly readable: Readable }) {
  return <p>{readable.container}</p>;
}
