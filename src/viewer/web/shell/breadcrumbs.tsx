import { parseOutputBlobName } from "../../../conventions/index.js";
import type { Route } from "../address/routes.js";
import { Name } from "../components/name.js";
import { RouteLink } from "../components/route-link.js";
import { useJobName } from "../model/job-name.js";
import { browsing } from "../text/browsing.js";

interface Crumb {
  readonly route: Route;
  readonly name: string;
}

/** The current route: jobs, a job, a task, a file. Each level above is a link. */
export function Breadcrumbs({ route }: { readonly route: Route }) {
  const jobName = useJobName("container" in route ? route.container : "");
  const places = listCrumbs(route, jobName);
  return (
    <nav aria-label={browsing.breadcrumbs} className="places">
      <ol>
        {places.map(({ route: to, name }, index) => (
          <li key={index}>
            {index === places.length - 1 ? (
              <span aria-current="page">
                <Name text={name} />
              </span>
            ) : (
              <RouteLink to={to}>
                <Name text={name} />
              </RouteLink>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function listCrumbs(route: Route, jobName: string): Crumb[] {
  const places: Crumb[] = [{ route: { screen: "jobs" }, name: browsing.jobs }];
  if (!("container" in route)) return places;
  const { container } = route;
  places.push({ route: { screen: "job", container }, name: jobName });
  const output = route.screen === "view" ? parseOutputBlobName(route.blobName) : undefined;
  const taskId = "taskId" in route ? route.taskId : output?.taskId;
  if (taskId !== undefined) places.push({ route: { screen: "task", container, taskId }, name: taskId });
  if (route.screen === "view") places.push({ route, name: output?.path ?? route.blobName });
  if (route.screen === "node") places.push({ route, name: route.path });
  return places;
}
