import { Input, ProgressBar } from "@fluentui/react-components";
import { ChevronDownRegular, ChevronUpRegular, DismissRegular, SearchRegular } from "@fluentui/react-icons";
import { useState, type KeyboardEvent, type Ref } from "react";
import { formatBytes, formatCount } from "../format/measures.js";
import { describeFailure } from "../text/hints.js";
import { reading } from "../text/reading.js";
import { mostHits, type SearchState } from "./text-search.js";
import { ToolButton } from "../parts/tool-button.js";
import type { TextSearch } from "./use-text-search.js";

export interface SearchBarProps {
  readonly search: TextSearch;
  /** The log's name. */
  readonly name: string;
  readonly field: Ref<HTMLInputElement>;
  /** The field is left by Escape. */
  readonly onLeave: () => void;
}

const text = reading.log.search;

/** What to look for in the whole log, how far it is looked through, and the way from hit to hit. */
export function SearchBar({ search, name, field, onLeave }: SearchBarProps) {
  const [words, setWords] = useState("");
  const [isCaseSensitive, setCaseSensitive] = useState(false);
  const [isRegex, setRegex] = useState(false);
  const { state } = search;
  const find = (changes: { isCaseSensitive?: boolean; isRegex?: boolean } = {}) => {
    search.start({ text: words, isCaseSensitive, isRegex, ...changes });
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      if (state?.query.text === words) search.step(event.shiftKey ? -1 : 1);
      else find();
    } else if (event.key === "Escape") {
      // A browser would empty the field, and with it forget what was found.
      event.preventDefault();
      search.cancel();
      onLeave();
    }
  };
  return (
    <div role="search" className="log-search" aria-label={text.of(name)}>
      <Input
        input={{ ref: field }}
        type="search"
        size="small"
        className="log-search-field"
        aria-label={text.label}
        placeholder={text.placeholder}
        contentBefore={<SearchRegular />}
        value={words}
        onChange={(_, { value }) => {
          setWords(value);
          if (value === "") search.clear();
        }}
        onKeyDown={pressed}
      />
      <ToolButton
        label={text.matchCase}
        isOn={isCaseSensitive}
        onClick={() => {
          setCaseSensitive(!isCaseSensitive);
          find({ isCaseSensitive: !isCaseSensitive });
        }}
      >
        Aa
      </ToolButton>
      <ToolButton
        label={text.regex}
        isOn={isRegex}
        onClick={() => {
          setRegex(!isRegex);
          find({ isRegex: !isRegex });
        }}
      >
        .*
      </ToolButton>
      {state !== undefined && <Found search={search} state={state} />}
    </div>
  );
}

function Found({ search, state }: { readonly search: TextSearch; readonly state: SearchState }) {
  const { hits, hitCount, searchedBytes, totalBytes, isRunning, isCapped, failure } = state;
  const share = totalBytes === 0 ? 1 : searchedBytes / totalBytes;
  const all = isCapped ? text.more(formatCount(hitCount)) : formatCount(hitCount);
  const count = hitCount > mostHits ? text.tooMany(formatCount(mostHits), all) : all;
  return (
    <>
      <ToolButton
        label={text.previous}
        icon={<ChevronUpRegular />}
        isDisabled={hits.length === 0}
        onClick={() => {
          search.step(-1);
        }}
      />
      <ToolButton
        label={text.next}
        icon={<ChevronDownRegular />}
        isDisabled={hits.length === 0}
        onClick={() => {
          search.step(1);
        }}
      />
      <span role="status" className="log-search-count">
        {hitCount === 0
          ? isRunning
            ? text.none
            : text.noHits
          : text.hitOf(formatCount(search.current + 1), count)}
      </span>
      {isRunning && (
        <>
          <ProgressBar className="log-search-progress" value={share} aria-label={text.progress} />
          <span className="quiet">{text.searched(formatBytes(searchedBytes), formatBytes(totalBytes))}</span>
          <ToolButton label={text.cancel} icon={<DismissRegular />} onClick={search.cancel} />
        </>
      )}
      {failure !== undefined && (
        <span role="alert" className="log-search-failed">
          {describeFailure(failure)}
        </span>
      )}
    </>
  );
}
