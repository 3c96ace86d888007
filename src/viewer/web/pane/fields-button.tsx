import { BracesRegular } from "@fluentui/react-icons";
import { ToolButton } from "../components/tool-button.js";
import { reading } from "../text/reading.js";
import type { JsonLines } from "./use-json-lines.js";

/** Shows lines of JSON as fields, or as they are. Only where there are such lines. */
export function FieldsButton({ json: { isOn, toggle } }: { readonly json: JsonLines }) {
  if (toggle === undefined) return null;
  return (
    <ToolButton label={reading.log.fields} icon={<BracesRegular />} isOn={isOn} onClick={toggle}>
      {reading.log.fieldsShort}
    </ToolButton>
  );
}
