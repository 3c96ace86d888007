import { Ajv, type ValidateFunction } from "ajv";
import * as formats from "ajv-formats";

import { type Contract, contractVersions, type Operation, readContract } from "./contract.js";
import { knownDifferences } from "./known-differences.js";
import { scriptedServer, type TappedExchange } from "./tap-exchanges.js";

/** What is wrong with an exchange, by the definitions of the version that it speaks; empty if nothing is. */
export function problemsOf(exchange: TappedExchange): string[] {
  const url = new URL(exchange.url, "http://local");
  const apiVersion = url.searchParams.get("api-version") ?? "";
  const contract = contractOf(apiVersion);
  const operation = contract?.operations.find((one) => isAt(one, exchange.method, url.pathname));
  if (!contract || !operation) {
    // Another version, another address: it can only be refused.
    return exchange.status >= 400 ||
      url.pathname.startsWith("/local-batch/") ||
      (!contract && isOtherVersion(apiVersion))
      ? []
      : [`answered with ${exchange.status}, and is no operation of ${apiVersion}`];
  }
  operationsSeen.add(operation.operationId);
  const requestProblems = checkRequest(contract, operation, exchange, url);
  const label = `${operation.operationId}, ${exchange.method} ${exchange.url} -> ${exchange.status}`;
  const problems = [
    // What does not keep to the definitions must be refused; some that does may be refused as well.
    ...acceptedAlthough(exchange, requestProblems),
    ...(exchange.responseHeaders["server"] === scriptedServer
      ? []
      : checkResponse(contract, operation, exchange, url)),
  ];
  return problems.map((problem) => `${label}: ${problem}`);
}

/** What was wrong with the request, though it was not refused: of a collection, with none of its items either. */
function acceptedAlthough(
  { status, responseBody }: TappedExchange,
  requestProblems: readonly string[],
): string[] {
  if (status >= 400) return [];
  const results = (
    requestProblems.length > 0 && responseBody.startsWith("{") ? JSON.parse(responseBody) : {}
  ) as {
    readonly value?: readonly { readonly status?: string }[];
  };
  return requestProblems
    .filter((problem) => {
      const [, index] = knownDifferences.itemOfCollection.exec(problem) ?? [];
      return index === undefined || results.value?.[Number(index)]?.status?.toLowerCase() !== "clienterror";
    })
    .map((problem) => `request accepted although ${problem}`);
}

/** The operation ids of all exchanges that were checked in this process. */
export const operationsSeen = new Set<string>();

const contracts = new Map<string, Contract>();

function contractOf(apiVersion: string): Contract | undefined {
  if (!(contractVersions as readonly string[]).includes(apiVersion)) return undefined;
  let contract = contracts.get(apiVersion);
  if (!contract) contracts.set(apiVersion, (contract = readContract(apiVersion)));
  return contract;
}

/** Served, but its definitions are not at hand. */
function isOtherVersion(apiVersion: string): boolean {
  return /^20[12]\d-\d\d-\d\d\.\d+\.\d$/.test(apiVersion);
}

function isAt(operation: Operation, method: string, pathname: string): boolean {
  const pattern = operation.path.replace(/\{filePath\}$/, ".+").replace(/\{\w+\}/g, "[^/]+");
  return operation.method === method && new RegExp(`^${pattern}$`).test(pathname);
}

function checkRequest(
  contract: Contract,
  operation: Operation,
  exchange: TappedExchange,
  url: URL,
): string[] {
  const problems: string[] = [];
  for (const parameter of operation.parameters) {
    const value =
      parameter.in === "query"
        ? (url.searchParams.get(parameter.name) ?? undefined)
        : parameter.in === "header"
          ? exchange.requestHeaders[parameter.name.toLowerCase()]
          : undefined;
    if (parameter.in === "path") continue;
    if (value === undefined && parameter.required) problems.push(`${parameter.name} is missing`);
    if (value !== undefined) problems.push(...checkText(parameter, String(value)));
  }
  const declared = new Set(operation.parameters.map(({ name }) => name.toLowerCase()));
  for (const name of url.searchParams.keys())
    if (!declared.has(name.toLowerCase()) && name !== "$skiptoken")
      problems.push(`query parameter ${name} is not declared`);
  if (operation.body && exchange.requestBody !== "") {
    const validate = validatorFor(contract, operation.body, `${operation.operationId} request`, false);
    problems.push(
      ...checkBody(validate, exchange.requestBody, "request body").filter(
        (problem) => !knownDifferences.acceptedInRequests.test(problem),
      ),
    );
  } else if (operation.bodyRequired) problems.push("its body is missing");
  return problems;
}

function checkText(
  { name, type, enum: words, minimum = -Infinity, maximum = Infinity }: Operation["parameters"][number],
  value: string,
): string[] {
  if (type === "integer" && !(/^-?\d+$/.test(value) && Number(value) >= minimum && Number(value) <= maximum))
    return [`${name} is "${value}"`];
  if (type === "boolean" && !/^(true|false)$/i.test(value)) return [`${name} is "${value}"`];
  if (words && !words.some((word) => word.toLowerCase() === value.toLowerCase()))
    return [`${name} is "${value}"`];
  return [];
}

function checkResponse(
  contract: Contract,
  operation: Operation,
  exchange: TappedExchange,
  url: URL,
): string[] {
  const { status, method, responseHeaders, responseBody } = exchange;
  if ((knownDifferences.undeclaredStatuses as readonly number[]).includes(status)) return [];
  const isRefusal = status >= 400;
  const declared =
    operation.responses[String(status)] ?? (isRefusal ? operation.responses["default"] : undefined);
  if (!declared) return [`status ${status} is not declared`];
  const problems = checkHeaders(operation, exchange, declared.headers);
  const { schema } = declared;
  const isFile = schema !== undefined && "format" in schema && schema.format === "file";
  const isTypedFile = schema !== undefined && "type" in schema && schema.type === "file";
  if (isFile || isTypedFile || method === "HEAD") return problems;
  if (!schema) return responseBody === "" ? problems : [...problems, "it has a body that is not declared"];
  const contentType = String(responseHeaders["content-type"]);
  if (!knownDifferences.jsonContentType.test(contentType))
    problems.push(`its Content-Type is ${contentType}`);
  const isSelected = url.searchParams.has("$select");
  const validate = validatorFor(
    contract,
    schema,
    `${operation.operationId} ${isRefusal ? "refusal" : status}`,
    isSelected,
  );
  return [...problems, ...checkBody(validate, responseBody, "response body")];
}

function checkHeaders(operation: Operation, exchange: TappedExchange, declared: readonly string[]): string[] {
  const { requestHeaders, responseHeaders, status } = exchange;
  const isWithoutVersion = knownDifferences.withoutVersion.test(operation.operationId);
  const isFile = operation.path.endsWith("{filePath}");
  const missing = declared.filter((name) => {
    if (responseHeaders[name.toLowerCase()] !== undefined) return false;
    if (isWithoutVersion && (knownDifferences.undeliveredOfLists as readonly string[]).includes(name))
      return false;
    if (isFile && (knownDifferences.undeliveredOfFiles as readonly string[]).includes(name)) return false;
    if ((knownDifferences.ofOneSystem as readonly string[]).includes(name))
      return knownDifferences.ofOneSystem.every((one) => responseHeaders[one] === undefined);
    if (name === "Content-Length" && responseHeaders["ocp-batch-file-isdirectory"] === "True") return false;
    if ((knownDifferences.onlyOnRequest as readonly string[]).includes(name))
      return requestHeaders["return-client-request-id"] === "true";
    return status < 300;
  });
  return missing.map((name) => `its header ${name} is missing`);
}

function checkBody(validate: ValidateFunction, body: string, what: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    return [`its ${what} is no JSON (${String(error)}): ${body.slice(0, 200)}`];
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message = "", params, keyword, data }) =>
      `its ${what}${instancePath} ${message} ${JSON.stringify(params)}` +
      (keyword === "type" && typeof data === "string" ? `, but is ${JSON.stringify(data)}` : ""),
  );
}

const validators = new Map<string, ValidateFunction>();

function validatorFor(
  contract: Contract,
  schema: object,
  name: string,
  isSelected: boolean,
): ValidateFunction {
  const key = `${contract.apiVersion} ${name} ${isSelected}`;
  let validator = validators.get(key);
  if (!validator) {
    const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
    formats.default.default(ajv, ["date-time", "duration", "uuid"]);
    ajv.addFormat("int32", { type: "number", validate: Number.isInteger });
    ajv.addFormat("int64", { type: "number", validate: Number.isInteger });
    for (const format of ["double", "float", "byte", "uri", "arm-id", "password"])
      ajv.addFormat(format, true);
    // The longest that .NET can say is valid ISO 8601 too, which its fractions of a second are to ajv's format not.
    ajv.addFormat("duration", /^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/);
    const root = { definitions: contract.definitions, ...schema };
    validators.set(key, (validator = ajv.compile(asServed(root, isSelected) as object)));
  }
  return validator;
}

/**
 * The schema as the service serves it: no property beyond those that are declared, but for OData's own; words of
 * enumerations in any casing; whole numbers of 64 bits as text; with `$select` nothing is required.
 */
function asServed(schema: unknown, isSelected: boolean): unknown {
  if (Array.isArray(schema)) return schema.map((one) => asServed(one, isSelected));
  if (typeof schema !== "object" || schema === null) return schema;
  const { enum: words, required, ...rest } = schema as Record<string, unknown>;
  const served: Record<string, unknown> = {};
  const isLong = rest["type"] === "integer" && rest["format"] === "int64";
  if (isLong) return knownDifferences.longs;
  for (const [name, value] of Object.entries(rest)) {
    const isNames = name === "properties" || name === "definitions";
    served[name] = isNames
      ? Object.fromEntries(
          Object.entries(value as object).map(([key, one]) => [key, asServed(one, isSelected)]),
        )
      : asServed(value, isSelected);
  }
  if (Array.isArray(words))
    served["pattern"] = `^(${words.map((word) => anyCasing(String(word))).join("|")})$`;
  if (Array.isArray(required) && !isSelected)
    served["required"] = required.filter((name) => !isOptional(String(name)));
  if ("properties" in served && !("additionalProperties" in served)) {
    served["additionalProperties"] = false;
    served["patternProperties"] = { [knownDifferences.undeclaredProperties.source]: {} };
  }
  return served;
}

function isOptional(name: string): boolean {
  return (knownDifferences.optionalProperties as readonly string[]).includes(name);
}

function anyCasing(word: string): string {
  return [...word].map((letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`).join("");
}
