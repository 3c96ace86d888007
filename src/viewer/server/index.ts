/**
 * The viewer's server: a handler of requests that any server can mount.
 *
 * @packageDocumentation
 */
export { createViewer } from "./create-viewer.js";
export type { Viewer, ViewerBatch, ViewerOptions, ViewerSession } from "./store/options.js";
