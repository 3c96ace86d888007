/** The part of this floor that runs in a browser. */
export { replaceVariables } from "./lines/replace-variables.js";
