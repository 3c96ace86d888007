// Task code for the other two ways: draws the frame, and `batch-outputs run` or Batch itself saves it.

import { drawFrame } from "./draw-frame.js";
import { failTask } from "./fail-task.js";

await drawFrame().catch(failTask);
