/** What saves files and data, for {@link LateModule}: one file of the built package. */
export { chooseTextContentType, encodeText, saveData } from "./save-data.js";
export { saveFile } from "./save-file.js";
export { parseSaveManyArguments, saveMany } from "./save-many.js";
