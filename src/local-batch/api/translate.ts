import type { ApiVersion } from "./api-versions.js";
import type { Properties } from "./former-shapes.js";
import { type AnswerKind, type ChangedProperty, versionChanges } from "./version-changes.js";

/** Renames the properties of a request's body from the names of an API version to those of the current one. */
export function translateRequest(body: unknown, version: ApiVersion): unknown {
  const changed = versionChanges
    .filter((change) => change.version > version)
    .flatMap((change) => change.changed ?? []);
  return changed.length === 0 ? body : renameInRequest(body, changed);
}

function renameInRequest(value: unknown, changed: readonly ChangedProperty[]): unknown {
  if (Array.isArray(value)) return value.map((one) => renameInRequest(one, changed));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const changes = changed.filter(({ before }) => before === name);
      let current = one;
      for (const { toCurrent } of changes) current = toCurrent ? toCurrent(current) : current;
      return [changes[0]?.now ?? name, renameInRequest(current, changed)];
    }),
  );
}

/** Converts an entity to the form that responses of an API version have. */
export function translateAnswer(entity: object, kind: AnswerKind, version: ApiVersion): object {
  const whole = version < "2019-08-01.10.0" ? entity : withDefaultScopes(entity);
  const translation = getTranslation(kind, version);
  if (!translation) return whole as object;
  let translated = whole as Properties;
  for (const reshape of translation.reshapes) translated = reshape(translated);
  return renameInAnswer(translated, translation) as object;
}

/** Returns the name of a property in an API version. Each segment of a path with `/` is translated. */
export function translateName(path: string, kind: AnswerKind, version: ApiVersion): string {
  const translation = getTranslation(kind, version);
  if (!translation) return path;
  return path
    .split("/")
    .map((name) => translation.changed.get(name)?.at(-1)?.before ?? name)
    .join("/");
}

/**
 * Adds the default scope of automatic users, which is not in the records ({@link fillIdentity}). Returns the same object if
 * it has none.
 */
function withDefaultScopes(value: unknown): unknown {
  if (!isObject(value)) return value;
  let changed: Record<string, unknown> | unknown[] | undefined;
  for (const [name, one] of Object.entries(value)) {
    const filled =
      name === "autoUser" && isObject(one) && one["scope"] === undefined
        ? { scope: "pool", ...one }
        : withDefaultScopes(one);
    if (filled === one) continue;
    changed ??= Array.isArray(value) ? [...(value as unknown[])] : { ...value };
    (changed as Record<string, unknown>)[name] = filled;
  }
  return changed ?? value;
}

interface Translation {
  /** The changes of a property by its present name, newest first. */
  readonly changed: ReadonlyMap<string, readonly ChangedProperty[]>;
  readonly absent: ReadonlySet<string>;
  readonly reshapes: readonly ((entity: Properties) => Properties)[];
  /** How the pool in the specification of an automatic pool is translated. */
  readonly ofPools?: Translation;
}

const translations = new Map<string, Translation | undefined>();

/** Returns `undefined` if the version has the current form of the entity. */
function getTranslation(kind: AnswerKind, version: ApiVersion): Translation | undefined {
  const key = `${version} ${kind}`;
  if (!translations.has(key)) translations.set(key, createTranslation(kind, version));
  return translations.get(key);
}

function createTranslation(kind: AnswerKind, version: ApiVersion): Translation | undefined {
  const later = versionChanges.filter((change) => change.version > version);
  const changed = later
    .flatMap((change) => change.changed ?? [])
    .filter((change) => !change.in || change.in.includes(kind));
  const absent = [
    ...later.flatMap((change) => change.added?.[kind] ?? []),
    ...versionChanges
      .filter((change) => change.version <= version)
      .flatMap((change) => change.removed?.[kind] ?? []),
  ];
  const reshapes = later.flatMap((change) => change.reshaped?.[kind] ?? []).reverse();
  const ofPools = kind === "jobs" || kind === "jobschedules" ? getTranslation("pools", version) : undefined;
  if (changed.length + absent.length + reshapes.length === 0 && !ofPools) return undefined;
  return {
    ...(ofPools && { ofPools }),
    changed: new Map(
      changed.map(({ now }) => [now, changed.filter((change) => change.now === now).reverse()]),
    ),
    absent: new Set(absent),
    reshapes,
  };
}

function renameInAnswer(value: unknown, translation: Translation): unknown {
  if (Array.isArray(value)) return value.map((one) => renameInAnswer(one, translation));
  if (!isObject(value)) return value;
  const renamed: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(value)) {
    if (translation.absent.has(name)) continue;
    // The pool of an automatic pool, in jobs and schedules.
    if (name === "pool" && translation.ofPools && isObject(one)) {
      renamed[name] = renameInAnswer(one, translation.ofPools);
      continue;
    }
    const changes = translation.changed.get(name) ?? [];
    let former = renameInAnswer(one, translation);
    for (const { toFormer } of changes) former = toFormer ? toFormer(former) : former;
    renamed[changes.at(-1)?.before ?? name] = former;
  }
  return renamed;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}
