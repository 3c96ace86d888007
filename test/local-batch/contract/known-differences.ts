/**
 * Where the Batch service that runs differs from its OpenAPI definitions, and where the local one follows the former. This
 * is all that an exchange may differ in.
 */
export const knownDifferences = {
  /**
   * Bodies have `odata.metadata` (of the entity, the list or the error) and lists `odata.nextLink`: OData's own, of which
   * the definitions know only the latter. Seen in recordings of the service.
   */
  undeclaredProperties: /^odata\./,
  /**
   * An enumeration's word comes in another casing than it is declared: of `uploadCondition` the service makes
   * "TaskCompletion" where the definitions say "taskcompletion". Clients send it in either way. Seen in recordings.
   */
  enumerationsInAnyCasing: true,
  /**
   * Lists declare `ETag` and `Last-Modified`, and the service sends neither. Seen in recordings; task counts and the results
   * of a collection, of which only the TypeSpec generation declares them, are taken to be the same.
   */
  undeliveredOfLists: ["ETag", "Last-Modified"],
  /**
   * The users of a node, the ways to log on to it, its service logs, applications and the evaluation of a formula have no
   * version, though the definitions declare one. Seen in recordings.
   */
  withoutVersion:
    /List|SupportedImages|TaskCounts|TaskCollection|Remote|User$|NodeLogs|Application|EvaluateAutoScale|EvaluatePoolAutoScale/,
  /** With `$select` an entity has what was selected, also where the definitions want more of it. Follows from `$select`. */
  requiredDoesNotBindSelected: true,
  /**
   * A task of a collection that does not keep to the definitions does not make the request fail: its own result says
   * "clienterror". So the operation's description.
   */
  itemOfCollection: /\/value\/(\d+)/,
  /** A read with `If-None-Match` or `If-Modified-Since` that finds nothing new is 304, which no operation declares. */
  undeclaredStatuses: [304],
  /** OData writes whole numbers of 64 bits as text, where the definitions before 2025 declare numbers. Seen in recordings. */
  longs: { type: "string", pattern: "^-?\\d+$" },
  /**
   * An application without a display name has none, no answer has the password of a user account or the key of a file system
   * to mount, and the RDP endpoint of a node of a cloud service has no `publicFQDN`, though the definitions want them. Seen in
   * recordings.
   */
  optionalProperties: ["accountKey", "displayName", "password", "publicFQDN"],
  /**
   * The settings of a machine's extension may be an object as text, and a setting may be null in place of absent. So the examples
   * of the definitions. Whole numbers may be text: so the requests of the Azure CLI that are recorded since 2024.
   */
  acceptedInRequests:
    / must be integer .*, but is "-?\d+"$|\/extensions\/\d+\/(settings|protectedSettings) must be object|\/uefiSettings\/vTpmEnabled must be boolean/,
  /** A refusal of a HEAD request has no body, as HTTP wants it, where the definitions declare an error's. */
  refusalsOfHeadHaveNoBody: true,
  /**
   * `client-request-id` is declared of every answer, and comes only where the request asks for it with
   * `return-client-request-id`. So the parameter's description.
   */
  onlyOnRequest: ["client-request-id"],
  /** The body of an answer is `application/json; odata=minimalmetadata`, declared as `application/json`. */
  jsonContentType: /^application\/json(;|$)/,
  /**
   * A folder has neither `Content-Length` nor ETag, and a file no ETag, though the definitions declare them of every file:
   * a file on a node has no version. The example of the definitions has none either.
   */
  undeliveredOfFiles: ["ETag"],
  /** A file has its creation time on a node with Windows, and its mode on one with Linux: one of them. Seen in recordings. */
  ofOneSystem: ["ocp-creation-time", "ocp-batch-file-mode"],
} as const;
