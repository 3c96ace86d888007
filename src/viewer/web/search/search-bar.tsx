import { Input, ProgressBar } from "@fluentui/react-components";
import { ChevronDownRegular, ChevronUpRegular, DismissRegular, SearchRegular } from "@fluentui/react-icons";
import { useState, type KeyboardEvent, type Ref } from "react";
import { formatBytes, formatCount } from "../format/measures.js";
import { describeFailure } from "../text/hints.js";
import { reading } from "../text/reading.js";
import { isIncomplete, type SearchState } from "./search-text.js";
import { type PatternOptions, PatternToggles } from "../components/pattern-toggles.js";
import { ToolButton } from "../components/tool-button.js";
import type { TextSearch } from "./use-text-search.js";

export interface SearchBarProps {
  readonly search: TextSearch;
  /** The log's name. */
  readonly name: string;
  readonly field: Ref<HTMLInputElement>;
  /** Called when Escape leaves the field. */
  readonly onLeave: () => void;
}

const text = reading.log.search;

/** The search field of a text, its progress, and buttons to go from match to match. */
export function SearchBar({ search, name, field, onLeave }: SearchBarProps) {
  const [words, setWords] = useState(search.initial?.text ?? "");
  const { isCaseSensitive = false, isRegex = false } = search.initial ?? {};
  const [options, setOptions] = useState<PatternOptions>({ isCaseSensitive, isRegex });
  const { state } = search;
  const find = (changed: PatternOptions = options) => {
    search.start({ text: words, ...changed });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      if (state?.query.text === words) search.step(event.shiftKey ? -1 : 1);
      else find();
    } else if (event.key === "Escape") {
      // The browser would clear the field, and with it the results.
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
        onKeyDown={press}
      />
      <PatternToggles
        isCaseSensitive={options.isCaseSensitive}
        isRegex={options.isRegex}
        onChange={(changed) => {
          setOptions(changed);
          find(changed);
        }}
      />
      {state !== undefined && <Found search={search} state={state} />}
    </div>
  );
}

function Found({ search, state }: { readonly search: TextSearch; readonly state: SearchState }) {
  const { hits, searchedBytes, totalBytes, isRunning, failure } = state;
  const share = totalBytes === 0 ? 1 : searchedBytes / totalBytes;
  const extent = text.searched(formatBytes(searchedBytes), formatBytes(totalBytes));
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
        {countText(state, search.current)}
      </span>
      {isRunning && (
        <>
          <ProgressBar className="log-search-progress" value={share} aria-label={text.progress} />
          <span className="quiet">{extent}</span>
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

/** Formats the position of the shown hit; for an incomplete search, the number of hits and the progress. */
function countText(state: SearchState, current: number): string {
  const { hits, searchedBytes, totalBytes, isRunning, isStopped } = state;
  const count = formatCount(hits.length);
  const shown = current < 0 ? "" : text.current(formatCount(current + 1));
  if (isRunning) return shown + text.soFar(count);
  if (isIncomplete(state)) {
    const extent = text.searched(formatBytes(searchedBytes), formatBytes(totalBytes));
    return shown + (isStopped === true ? text.stopped(extent, count) : text.ended(extent, count));
  }
  return hits.length === 0 ? text.noHits : text.hitOf(formatCount(current + 1), count);
}
