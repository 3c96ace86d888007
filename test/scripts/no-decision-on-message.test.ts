import { Linter } from "eslint";
import { describe, expect, test } from "vitest";

import { noDecisionOnMessage } from "../../scripts/eslint-rules/no-decision-on-message.mjs";

function countReports(code: string): number {
  const plugins = { local: { rules: { "no-decision-on-message": noDecisionOnMessage } } };
  const found = new Linter().verify(code, { plugins, rules: { "local/no-decision-on-message": "error" } });
  for (const { fatal, message } of found) if (fatal) throw new SyntaxError(message);
  return found.length;
}

describe("no-decision-on-message", () => {
  test.each([
    "if (/reset/.test(error.message)) retry();",
    "pattern.exec(error.message);",
    "if (error.message.includes('not found')) return_();",
    "error.message.match(/x/);",
    "error.stack.startsWith('x');",
    "error?.message?.endsWith('x');",
    "if (error.message === 'gone') retry();",
    "if ('gone' != error.message) retry();",
    "switch (error.message) { case 'gone': }",
    "known.has(error.message);",
    "['a', 'b'].includes(error.message);",
    "error.message.replace(/options\\.(\\w+)/, '--$1');",
    "error.message.toLowerCase().includes('x');",
    "(error instanceof Error ? error.message : '').includes('x');",
    "(cause ?? error).message.includes('x');",
    "`${error.message}`.includes('x');",
    "String(error).includes('x');",
    "const { message } = error; message.includes('x');",
    "const { message: words } = error; words.includes('x');",
    "const text = error instanceof Error ? error.message : ''; if (text.startsWith('x')) retry();",
    "function isUsage(message) { return /must be/.test(message); }",
    "/x/.test(errorMessage);",
    "error.reason.includes('x');",
    "/must/.test(error.problem);",
    "function word({ reason, argument }) { return reason.startsWith(`${argument} `); }",
    "if (answer.detail.includes('expired')) renew();",
    "/expired/.exec(refusal.reason ?? '');",
    "outcome.wrongReason.replace('x', 'y');",
    "if (failure.detail === 'expired') renew();",
  ])("reports %s", (code) => {
    expect(countReports(code)).toBe(1);
  });

  test.each([
    "print(error.message);",
    "const text = `failed: ${error.message}`; print(text);",
    "print(error.message.split('\\n')[0]);",
    "print(error.message.trim());",
    "if (error.message !== undefined) print(error.message);",
    "if (message === '') print('no reason');",
    "if (typeof error.message === 'string') print(error.message);",
    "if (error.code === 'ENOENT') retry();",
    "if (event.data.type === 'message') read();",
    "if (outcome.reason === 'unchanged') skip();",
    "known.has(outcome.reason);",
    "print(failure.reason.trim());",
    "const { code } = error; if (code.startsWith('E')) retry();",
    "messages.has(id);",
  ])("allows %s", (code) => {
    expect(countReports(code)).toBe(0);
  });
});
