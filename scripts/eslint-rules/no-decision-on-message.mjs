/**
 * ESLint rule: no decision is made on an error's message.
 *
 * A message is for a reader. It changes with the version of a package, with the system and its language. Code that has to
 * decide something asks for a code, a brand (`isArgumentError`), a class, or a predicate (`isTransient`). Reading a message in
 * order to show it is allowed: `split`, `slice`, `trim`, concatenation.
 *
 * The rule follows a message through constants (`const { message } = error`), `??`, `||`, `?:`, templates and `String(error)`, and
 * takes every variable named `message` or `...Message` for one.
 */

/** @typedef {import("eslint").Rule.RuleContext} Context */
/** @typedef {import("estree").Node} Node */

/** Members that hold prose. */
const proseMembers = ["message", "stack"];
/**
 * Members that hold prose where the object is an error by its name. Other objects have closed lists of codes under these names,
 * which may be compared (`entry.reason === "exists"`); whoever looks for a part of the text takes it for prose in any case.
 */
const errorProseMembers = ["reason", "problem", "detail"];
const errorName = /(^|[a-z])(error|failure)$/i;
const messageName = /(^m|M)essage$/;
const proseName = /^(message|reason|problem|detail)$|(Message|Reason|Problem|Detail)$/;

/** Methods of a string whose result depends on what it says. */
const stringQueries = [
  ...["includes", "startsWith", "endsWith", "indexOf", "lastIndexOf", "localeCompare"],
  ...["match", "matchAll", "search", "replace", "replaceAll"],
];
/** Methods of regular expressions that look into their argument. */
const patternQueries = ["test", "exec"];
/** Methods of collections that look for their argument. */
const memberQueries = ["has", "get", "includes", "indexOf"];

/**
 * @param {Node} node
 * @returns {string | undefined} the last name of `a`, `a.b` or `this.#b`
 */
function nameOf(node) {
  if (node.type === "Identifier" || node.type === "PrivateIdentifier") return node.name;
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  return node.type === "MemberExpression" ? nameOf(node.property) : undefined;
}

/**
 * The parts of an expression that its value can be made of.
 * @param {Node} node
 * @returns {readonly Node[]}
 */
function partsOf(node) {
  switch (node.type) {
    case "LogicalExpression":
      return [node.left, node.right];
    case "ConditionalExpression":
      return [node.consequent, node.alternate];
    case "TemplateLiteral":
      return node.expressions;
    case "ChainExpression":
      return [node.expression];
    case "CallExpression":
      // What is left of the message after it was trimmed or put into lower case is still the message.
      return node.callee.type === "MemberExpression" ? [node.callee.object] : [];
    default:
      return [];
  }
}

/** @param {Context} context */
function create(context) {
  /**
   * @param {Node} node
   * @returns {boolean}
   */
  const isMessage = (node) => {
    if (node.type === "Identifier") return messageName.test(node.name) || isMessageConstant(node);
    if (node.type === "MemberExpression") {
      const name = nameOf(node.property) ?? "";
      const isOfError = errorProseMembers.includes(name) && errorName.test(nameOf(node.object) ?? "");
      return proseMembers.includes(name) || isOfError;
    }
    const isText = node.type === "CallExpression" && nameOf(node.callee) === "String";
    if (isText) return node.arguments.some((one) => errorName.test(nameOf(one) ?? "") || isMessage(one));
    return partsOf(node).some(isMessage);
  };

  /**
   * Whether the text is prose by its name alone: `reason`, `failure.reason`, `wrongDetail`.
   * @param {Node} node
   * @returns {boolean}
   */
  const isProse = (node) =>
    isMessage(node) || proseName.test(nameOf(node) ?? "") || partsOf(node).some(isProse);

  /** @param {import("estree").Identifier} node */
  const isMessageConstant = (node) => {
    const scopes = context.sourceCode.getScope(node);
    let scope = /** @type {import("eslint").Scope.Scope | null} */ (scopes);
    while (scope !== null && !scope.set.has(node.name)) scope = scope.upper;
    const [definition] = scope?.set.get(node.name)?.defs ?? [];
    if (definition?.type !== "Variable") return false;
    const { id, init } = definition.node;
    if (id.type === "Identifier") return init !== null && init !== undefined && isMessage(init);
    if (id.type !== "ObjectPattern") return false;
    return id.properties.some(
      (one) =>
        one.type === "Property" &&
        nameOf(one.value) === node.name &&
        proseMembers.includes(nameOf(one.key) ?? ""),
    );
  };

  /** @param {Node} node */
  const report = (node) => {
    context.report({ node, messageId: "decision" });
  };

  return {
    /** @param {import("estree").SimpleCallExpression} node */
    CallExpression({ callee, arguments: [first] }) {
      if (callee.type !== "MemberExpression") return;
      const method = nameOf(callee.property) ?? "";
      if (stringQueries.includes(method) && isProse(callee.object)) report(callee.object);
      else if (patternQueries.includes(method) && first !== undefined && isProse(first)) report(first);
      else if (memberQueries.includes(method) && first !== undefined && isMessage(first)) report(first);
    },
    /** @param {import("estree").BinaryExpression} node */
    BinaryExpression({ operator, left, right }) {
      if (!["===", "!==", "==", "!="].includes(operator)) return;
      const sides = [left, right];
      // Whether there is a message at all is no question about what it says.
      if (sides.some(isAbsence) || !sides.some(isMessage)) return;
      report(left);
    },
    /** @param {import("estree").SwitchStatement} node */
    SwitchStatement({ discriminant }) {
      if (isMessage(discriminant)) report(discriminant);
    },
  };
}

/** @param {Node} node */
function isAbsence(node) {
  if (node.type === "Literal") return node.value === null || node.value === "";
  if (node.type === "UnaryExpression") return node.operator === "typeof";
  return node.type === "Identifier" && node.name === "undefined";
}

/** @type {import("eslint").Rule.RuleModule} */
export const noDecisionOnMessage = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      decision:
        "An error's message is for its reader and may change: decide on a code, a class or a predicate of core " +
        "(isArgumentError, isTransient, hasCode).",
    },
  },
  create,
};
