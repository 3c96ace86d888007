import { Select } from "@fluentui/react-components";
import { textEncodings } from "../../protocol/index.js";
import { reading } from "../text/reading.js";
import type { EncodingState } from "./use-encoding.js";

/** Chooses the encoding of a text. */
export function EncodingChoice({ text }: { readonly text: EncodingState }) {
  return (
    <Select
      size="small"
      aria-label={reading.encoding}
      title={reading.encoding}
      value={text.encoding}
      onChange={(_, { value }) => {
        const chosen = textEncodings.find((encoding) => encoding === value);
        if (chosen !== undefined) text.chooseEncoding(chosen);
      }}
    >
      {textEncodings.map((encoding) => (
        <option key={encoding} value={encoding}>
          {reading.encodings[encoding]}
        </option>
      ))}
    </Select>
  );
}
