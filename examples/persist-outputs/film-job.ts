import { fileURLToPath } from "node:url";
import type { LocalTask } from "./local-task-runner.js";

export interface FilmJobOptions {
  frames: number;
  /** In pixels; the height is three quarters of it. */
  width: number;
}

/** How long the bunny takes to turn once. */
const turnMs = 2_400;

/** One task a frame, and one that joins them when all are done. */
export function filmTasks(
  { frames, width }: FilmJobOptions,
  environmentSettings: Record<string, string>,
): LocalTask[] {
  const digits = Math.max(2, String(frames).length);
  const renderTasks = Array.from({ length: frames }, (_, i): LocalTask => {
    const frame = String(i + 1);
    return {
      // Digits in front, so that listings have the frames in their order.
      id: `frame-${frame.padStart(digits, "0")}`,
      commandLine: nodeCommand(
        "task-render-frame.js",
        "--frame",
        frame,
        "--frames",
        String(frames),
        "--width",
        String(width),
      ),
      environmentSettings,
    };
  });
  const frameTaskIds = renderTasks.map((task) => task.id);
  const mergeTask: LocalTask = {
    id: "merge-film",
    commandLine: nodeCommand(
      "task-merge-film.js",
      "--frame-ms",
      String(Math.round(turnMs / frames)),
      ...frameTaskIds,
    ),
    environmentSettings,
    dependsOn: frameTaskIds,
  };
  return [...renderTasks, mergeTask];
}

/** The script lies beside this one; on real nodes an application package would bring it. */
function nodeCommand(script: string, ...args: string[]): LocalTask["commandLine"] {
  return [process.execPath, fileURLToPath(new URL(script, import.meta.url)), ...args];
}
