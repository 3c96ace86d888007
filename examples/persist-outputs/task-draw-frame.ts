// Task code for the other two ways: draws the frame, and leaves the keeping to `batch-outputs run`, or to Batch itself.

import { drawFrame } from "./draw-frame.js";
import { failTask } from "./fail-task.js";

await drawFrame().catch(failTask);
