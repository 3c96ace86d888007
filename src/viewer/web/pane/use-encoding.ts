import { useQuery } from "../address/navigation.js";
import { textEncodings, type TextEncoding } from "../../protocol/index.js";

export interface EncodingState {
  readonly encoding: TextEncoding;
  readonly chooseEncoding: (encoding: TextEncoding) => void;
}

/** Returns the encoding in the page's address (`?encoding=`), or the default. */
export function useEncoding(byDefault: TextEncoding): EncodingState {
  const [query, changeQuery] = useQuery();
  const requested = textEncodings.find((encoding) => encoding === query.get("encoding"));
  const chooseEncoding = (chosen: TextEncoding) => {
    changeQuery({ encoding: chosen === byDefault ? undefined : chosen });
  };
  return { encoding: requested ?? byDefault, chooseEncoding };
}
