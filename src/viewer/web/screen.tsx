import { JobScreen } from "./job/job-screen.js";
import { JobsScreen } from "./jobs/jobs-screen.js";
import { useQuery } from "./address/navigation.js";
import type { ViewedFile } from "./address/viewed-file.js";
import type { Route } from "./address/routes.js";
import { lazyComponent } from "./components/lazy-component.js";
import { isLog } from "./model/kinds.js";
import { UnknownScreen } from "./shell/unknown-screen.js";
import { TaskScreen } from "./task/task-screen.js";

// Loaded when a file is opened: large, and not needed for browsing.
const LogView = lazyComponent(async () => (await import("./log/log-view.js")).LogView, { isScreen: true });
const FileView = lazyComponent(async () => (await import("./file/file-view.js")).FileView, {
  isScreen: true,
});

/** Renders the screen of a route. */
export function Screen({ route }: { readonly route: Route }) {
  switch (route.screen) {
    case "jobs":
      return <JobsScreen />;
    case "job":
      return <JobScreen key={route.container} container={route.container} />;
    case "task":
      return <TaskScreen key={route.taskId} container={route.container} taskId={route.taskId} />;
    case "view":
      return <View viewed={{ source: "saved", container: route.container, blobName: route.blobName }} />;
    case "node":
      return (
        <View
          viewed={{ source: "node", container: route.container, taskId: route.taskId, path: route.path }}
        />
      );
    case "unknown":
      return <UnknownScreen />;
  }
}

function View({ viewed: file }: { readonly viewed: ViewedFile }) {
  const [query] = useQuery();
  const entry = query.get("entry") ?? "";
  const viewed = file.source === "saved" && entry !== "" ? { ...file, entry } : file;
  return isLog(viewed) ? <LogView viewed={viewed} /> : <FileView key={entry} viewed={viewed} />;
}
