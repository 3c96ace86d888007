import { Select } from "@fluentui/react-components";
import { useQuery } from "../../address/navigation.js";
import { reading } from "../../text/reading.js";

const text = reading.file.table;
const delimiters = [",", ";", "\t", "|"] as const;

/** Returns the delimiter in the page's address (`?delimiter=`), if there is one. */
export function parseDelimiter(query: URLSearchParams): string | undefined {
  return delimiters.find((delimiter) => delimiter === query.get("delimiter"));
}

/** Shows the delimiter of CSV, and changes it. */
export function DelimiterChoice({ found }: { readonly found: string }) {
  const [query, changeQuery] = useQuery();
  const chosen = parseDelimiter(query);
  const offered = delimiters.some((delimiter) => delimiter === found) ? delimiters : [found, ...delimiters];
  return (
    <Select
      size="small"
      aria-label={text.delimiters}
      value={chosen ?? found}
      onChange={(_, { value }) => {
        changeQuery({ delimiter: value });
      }}
    >
      {offered.map((delimiter) => (
        <option key={delimiter} value={delimiter}>
          {text.delimiter(delimiter)}
        </option>
      ))}
    </Select>
  );
}
