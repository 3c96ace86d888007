import { Refusal } from "./refusal.js";
import {
  anything,
  refine,
  duration,
  type Given,
  ignoring,
  integer,
  list,
  object,
  required,
  type Shape,
  text,
  enumeration,
} from "./shape.js";

/** The properties that all kinds of tasks share: the command, its inputs, and its limits. */

export const identityReference = object({ resourceId: text() });

/** A registry of container images. The service uses the login of podman or docker on this machine, so passwords are dropped. */
export const registry = ignoring(
  new Set(["password"]),
  object({ registryServer: text(), username: text(), identityReference }),
);

const containerSettings = object({
  imageName: required(text()),
  containerRunOptions: text(),
  registry,
  workingDirectory: enumeration("taskWorkingDirectory", "containerImageDefault"),
  containerHostBatchBindMounts: anything,
});

export const environmentSettings = list(object({ name: required(text()), value: text() }));

export const metadata = list(object({ name: required(text()), value: required(text()) }));

const sources = ["httpUrl", "storageContainerUrl", "autoStorageContainerName"] as const;

export const resourceFile = refine(
  object({
    autoStorageContainerName: text(),
    storageContainerUrl: text(),
    httpUrl: text(),
    blobPrefix: text(),
    filePath: text(),
    fileMode: text(),
    identityReference,
  }),
  (given) => {
    if (sources.filter((name) => given[name] !== undefined).length !== 1)
      return `It must have exactly one of ${sources.join(", ")}.`;
    return given.httpUrl !== undefined && given.filePath === undefined
      ? "With httpUrl it must have a filePath."
      : undefined;
  },
);

export const userIdentity = object({
  username: text(),
  autoUser: object({ scope: enumeration("task", "pool"), elevationLevel: enumeration("nonadmin", "admin") }),
});

export const constraints = object({
  maxWallClockTime: duration,
  retentionTime: duration,
  maxTaskRetryCount: integer(-1, 100),
});

export const applicationPackageReferences = list(
  object({ applicationId: required(text()), version: text() }),
);

export const commandLine: Shape<string> = (value, path) => {
  const line = text()(value, path);
  if (line !== "") return line;
  throw new Refusal("MissingRequiredProperty", { PropertyName: path });
};

export const command = {
  commandLine: required(commandLine),
  containerSettings,
  resourceFiles: list(resourceFile),
  environmentSettings,
  userIdentity,
} as const;

export type GivenUserIdentity = Given<typeof userIdentity>;
export type GivenContainerSettings = Given<typeof containerSettings>;
export type GivenResourceFile = Given<typeof resourceFile>;
export type GivenApplicationPackage = Given<typeof applicationPackageReferences>[number];

/** A command and its inputs: the part that all kinds of tasks share. */
export interface GivenCommand {
  readonly commandLine: string;
  readonly containerSettings?: GivenContainerSettings;
  readonly environmentSettings?: Given<typeof environmentSettings>;
  readonly resourceFiles?: readonly GivenResourceFile[];
  readonly applicationPackageReferences?: readonly GivenApplicationPackage[];
}
