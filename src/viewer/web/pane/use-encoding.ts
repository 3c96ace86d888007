import { useQuery, useRoute } from "../address/navigation.js";
import { textEncodings, type TextEncoding } from "../../protocol/index.js";
import { readEncoding, rememberEncoding } from "./remembered-encodings.js";

export interface EncodingState {
  readonly encoding: TextEncoding;
  readonly chooseEncoding: (encoding: TextEncoding) => void;
}

/**
 * Returns the encoding in the page's address (`?encoding=`); or as this reader last chose it for files of this name in the job; or the
 * detected one.
 */
export function useEncoding(detected: TextEncoding): EncodingState {
  const [query, changeQuery] = useQuery();
  const viewed = useViewed();
  const requested = textEncodings.find((encoding) => encoding === query.get("encoding"));
  const remembered = viewed && readEncoding(viewed.container, viewed.path, detected);
  const chooseEncoding = (chosen: TextEncoding) => {
    if (viewed) rememberEncoding(viewed.container, viewed.path, chosen === detected ? undefined : chosen);
    changeQuery({ encoding: chosen });
  };
  return { encoding: requested ?? remembered ?? detected, chooseEncoding };
}

function useViewed(): { readonly container: string; readonly path: string } | undefined {
  const route = useRoute();
  if (route.screen === "view") return { container: route.container, path: route.blobName };
  return route.screen === "node" ? route : undefined;
}
