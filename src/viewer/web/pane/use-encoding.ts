import { useQuery } from "../address/navigation.js";
import { textEncodings, type TextEncoding } from "../rows/encoding.js";

export interface EncodingState {
  readonly encoding: TextEncoding;
  readonly chooseEncoding: (encoding: TextEncoding) => void;
}

/** The encoding that the page's address names (`?encoding=`), or else the default. */
export function useEncoding(byDefault: TextEncoding): EncodingState {
  const [query, changeQuery] = useQuery();
  const asked = textEncodings.find((encoding) => encoding === query.get("encoding"));
  const chooseEncoding = (chosen: TextEncoding) => {
    changeQuery({ encoding: chosen === byDefault ? undefined : chosen });
  };
  return { encoding: asked ?? byDefault, chooseEncoding };
}
