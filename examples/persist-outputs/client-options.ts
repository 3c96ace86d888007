import { parseArgs } from "node:util";
import { ways, type Way } from "./film-job.js";

export interface ClientOptions {
  frames: number;
  width: number;
  way: Way;
  directory: string;
  view: boolean;
  help: boolean;
}

export const usage = `Renders a film of the Stanford bunny, a task a frame, and keeps every task's outputs in Azure Storage.

  npm start -- [--frames COUNT] [--width PIXELS] [--way WAY] [--directory DIRECTORY] [--no-view]

  --frames     2 to 120; 24 when left out
  --width      of the film, 64 to 1280; 960 when left out
  --way        how tasks keep what they made: library (in their own code), cli (batch-outputs run before their command
               line), output-files (Batch does it when they have ended); library when left out
  --directory  where outputs are downloaded to; .persist-outputs when left out
  --no-view    ends without showing the job in the viewer; so it does where standard output is no terminal

The storage account: AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_URL with Entra ID (azure-identity's
variables, az login, a managed identity). With neither, Azurite is started for the time of the run.

The Batch account: AZURE_BATCH_ENDPOINT, AZURE_BATCH_ACCOUNT and AZURE_BATCH_ACCESS_KEY. Without them, a local Batch
service is started for the time of the run.`;

/** What the command line asks for, or what is wrong with it. */
export function readClientOptions(args: string[]): ClientOptions | { problem: string } {
  try {
    const { values } = parseArgs({
      args,
      options: {
        frames: { type: "string", default: "24" },
        width: { type: "string", default: "960" },
        way: { type: "string", default: "library" },
        directory: { type: "string", default: ".persist-outputs" },
        view: { type: "boolean", default: true },
        help: { type: "boolean", default: false },
      },
      allowNegative: true,
    });
    return {
      frames: wholeNumber("--frames", values.frames, 2, 120),
      width: wholeNumber("--width", values.width, 64, 1280),
      way: oneOf("--way", values.way, ways),
      directory: values.directory,
      view: values.view,
      help: values.help,
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function oneOf<T extends string>(flag: string, text: string, words: readonly T[]): T {
  const word = words.find((one) => one === text);
  if (word !== undefined) return word;
  throw new RangeError(`${flag} must be one of ${words.join(", ")}, but is "${text}".`);
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new RangeError(`${flag} must be a whole number from ${least} to ${most}, but is "${text}".`);
}
