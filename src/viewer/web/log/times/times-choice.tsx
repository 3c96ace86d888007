import { Select } from "@fluentui/react-components";
import { reading } from "../../text/reading.js";
import { type LineTimes, timesModes } from "./use-line-times.js";

/** Chooses what is shown beside the lines: nothing, the time, or the time since the start. */
export function TimesChoice({ times: { mode, choose } }: { readonly times: LineTimes }) {
  if (choose === undefined) return null;
  return (
    <Select
      size="small"
      aria-label={reading.log.times.label}
      title={reading.log.times.label}
      value={mode}
      onChange={(_, { value }) => {
        const chosen = timesModes.find((each) => each === value);
        if (chosen !== undefined) choose(chosen);
      }}
    >
      {timesModes.map((each) => (
        <option key={each} value={each}>
          {reading.log.times.modes[each]}
        </option>
      ))}
    </Select>
  );
}
