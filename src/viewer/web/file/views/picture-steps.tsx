import { ChevronLeftRegular, ChevronRightRegular } from "@fluentui/react-icons";
import { useMemo } from "react";
import { outputBlobName } from "../../../../conventions/index.js";
import { addresses, type OutputItem, type Tally, type TaskItem } from "../../../protocol/index.js";
import { open } from "../../address/navigation.js";
import { useListing } from "../../api/use-listing.js";
import { compareNames } from "../../format/filter.js";
import { formatCount } from "../../format/measures.js";
import { useKeys } from "../../keys/use-keys.js";
import { isPicture } from "../../model/pictures.js";
import { ToolButton } from "../../components/tool-button.js";
import { shortcuts } from "../../text/shortcuts.js";
import { reading } from "../../text/reading.js";

const text = reading.file.picture;

/**
 * Buttons for the previous and the next picture: of the same kind and task (or job), or if that is the only one, the picture with
 * the same path of the previous and the next task.
 */
export function PictureSteps({ output }: { readonly output: OutputItem }) {
  const { container, taskId, kind } = output;
  const { items, state } = useListing<OutputItem, Tally>(addresses.outputs(container, taskId));
  const names = useMemo(
    () =>
      items
        .filter((item) => item.kind === kind && isPicture(item))
        .sort((one, other) => compareNames(one.path, other.path))
        .map(({ blobName }) => blobName),
    [items, kind],
  );
  if (names.length > 1) return <Steps output={output} names={names} />;
  return state === "complete" && taskId !== undefined ? <StepsOverTasks output={output} /> : null;
}

function StepsOverTasks({ output }: { readonly output: OutputItem }) {
  const { container, kind, path } = output;
  const { items } = useListing<TaskItem, Tally>(addresses.tasks(container));
  const names = useMemo(
    () =>
      items
        .filter(({ kinds }) => kinds.some((tally) => tally.kind === kind))
        .map(({ taskId }) => taskId)
        .sort(compareNames)
        .map((taskId) => outputBlobName({ taskId, kind, path })),
    [items, kind, path],
  );
  return names.length > 1 ? <Steps output={output} names={names} /> : null;
}

interface StepsProps {
  readonly output: OutputItem;
  /** The blob names to step through, including this one. */
  readonly names: readonly string[];
}

function Steps({ output: { container, blobName }, names }: StepsProps) {
  const index = names.indexOf(blobName);
  const go = (by: number) => {
    const next = names[index + by];
    if (next !== undefined) open({ screen: "view", container, blobName: next }, {});
  };
  useKeys((key) => {
    if (key !== "ArrowLeft" && key !== "ArrowRight") return false;
    go(key === "ArrowLeft" ? -1 : 1);
    return true;
  }, shortcuts.pictures);
  return (
    <span role="group" aria-label={text.steps} className="picture-steps">
      <ToolButton
        label={text.previous}
        icon={<ChevronLeftRegular />}
        isDisabled={index <= 0}
        onClick={() => {
          go(-1);
        }}
      />
      <span className="quiet">{text.stepOf(formatCount(index + 1), formatCount(names.length))}</span>
      <ToolButton
        label={text.next}
        icon={<ChevronRightRegular />}
        isDisabled={index === names.length - 1}
        onClick={() => {
          go(1);
        }}
      />
    </span>
  );
}
