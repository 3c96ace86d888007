// Task code for the other two ways: joins the frames, and `batch-outputs run` or Batch itself saves the film.

import { failTask } from "./fail-task.js";
import { joinFilm } from "./join-film.js";

await joinFilm().catch(failTask);
