// Task code for the other two ways: joins the frames, and leaves the keeping to `batch-outputs run`, or to Batch itself.

import { failTask } from "./fail-task.js";
import { joinFilm } from "./join-film.js";

await joinFilm().catch(failTask);
