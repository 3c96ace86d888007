import { parseArgs } from "node:util";

export interface ClientOptions {
  frames: number;
  width: number;
  directory: string;
  help: boolean;
}

export const usage = `Renders a film of the Stanford bunny, a task a frame, and keeps every task's outputs in Azure Storage.

  npm start -- [--frames COUNT] [--width PIXELS] [--directory DIRECTORY]

  --frames     2 to 120; 24 when left out
  --width      of the film, 64 to 1280; 960 when left out
  --directory  where outputs are downloaded to; .persist-outputs when left out

The storage account: AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_URL with Entra ID (azure-identity's
variables, az login, a managed identity). With neither, Azurite is started for the time of the run.`;

/** What the command line asks for, or what is wrong with it. */
export function readClientOptions(args: string[]): ClientOptions | { problem: string } {
  try {
    const { values } = parseArgs({
      args,
      options: {
        frames: { type: "string", default: "24" },
        width: { type: "string", default: "960" },
        directory: { type: "string", default: ".persist-outputs" },
        help: { type: "boolean", default: false },
      },
    });
    return {
      frames: wholeNumber("--frames", values.frames, 2, 120),
      width: wholeNumber("--width", values.width, 64, 1280),
      directory: values.directory,
      help: values.help,
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new RangeError(`${flag} must be a whole number from ${least} to ${most}, but is "${text}".`);
}
