/**
 * What Azure Batch adds to outputs.
 *
 * @packageDocumentation
 */
export { type OutputFile, outputFile } from "./output-file.js";
