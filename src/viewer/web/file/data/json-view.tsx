import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { formatCount } from "../../format/measures.js";
import { escapeInvisible } from "../../format/escape-invisible.js";
import { reading } from "../../text/reading.js";
import { FirstPart } from "../opened/first-part.js";
import type { OpenFile } from "../opened/open-file.js";
import { useParsed } from "../opened/use-parsed.js";
import { type JsonSource, parseJsonSource } from "../../json/json-source.js";
import { TextView } from "../text/text-view.js";

/** A larger file is shown as text: its tree would need too much memory. */
const limitBytes = 4 * 1024 * 1024;
const childrenAtOnce = 200;
const text = reading.file.json;

/** JSON as a tree whose nodes are rendered when they are opened. A file that is not JSON, or too large, is shown as text. */
export function JsonView({ file }: { readonly file: OpenFile }) {
  if (file.size > limitBytes) return <TextView file={file} note={text.tooLarge} />;
  return (
    <FirstPart file={file} limitBytes={limitBytes}>
      {(first) => <Parsed file={file} content={first.text} />}
    </FirstPart>
  );
}

function Parsed({ file, content }: { readonly file: OpenFile; readonly content: string }) {
  const parsed = useParsed(content, parseJsonSource);
  if ("error" in parsed) return <TextView file={file} note={text.invalid(parsed.error)} />;
  return (
    <div className="json" tabIndex={0} role="region" aria-label={file.path}>
      <JsonNode name={undefined} value={parsed.value} isOpen />
    </div>
  );
}

interface JsonNodeProps {
  readonly name: string | undefined;
  readonly value: JsonSource;
  readonly isOpen?: boolean;
}

function JsonNode({ name, value, isOpen = false }: JsonNodeProps) {
  const [isShown, setShown] = useState(isOpen);
  const [shownCount, setShownCount] = useState(childrenAtOnce);
  const label = name === undefined ? null : <span className="json-name">{escapeInvisible(name)}: </span>;
  if (value.type !== "object" && value.type !== "array") {
    return (
      <div className="json-leaf">
        {label}
        <span className={`json-${value.type}`}>
          {value.type === "string" ? escapeInvisible(JSON.stringify(value.value)) : value.source}
        </span>
      </div>
    );
  }
  const entries =
    value.type === "object"
      ? value.members
      : value.items.map((item, index) => [String(index), item] as const);
  const count = formatCount(entries.length);
  return (
    <details
      open={isShown}
      onToggle={({ currentTarget: { open } }) => {
        setShown(open);
      }}
    >
      <summary>
        {label}
        <span className="quiet">{value.type === "array" ? text.items(count) : text.members(count)}</span>
      </summary>
      {isShown && (
        <div className="json-children">
          {entries.slice(0, shownCount).map(([key, child], index) => (
            <JsonNode key={index} name={key} value={child} />
          ))}
          {entries.length > shownCount && (
            <Button
              size="small"
              onClick={() => {
                setShownCount(shownCount + childrenAtOnce);
              }}
            >
              {text.more(formatCount(entries.length - shownCount))}
            </Button>
          )}
        </div>
      )}
    </details>
  );
}
