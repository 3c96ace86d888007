import { Command } from "commander";
import { expect, test } from "vitest";

import { addJobFlags } from "../../src/cli/command-line/flags.js";
import { openStore } from "../../src/cli/store/open-store.js";

const host = "https://films.blob.core.windows.net";

test.each([
  ["--account-url", host, ["--account-url", host]],
  ["--account-url", `${host}?SIG=c2VjcmV0`, undefined],
  ["--container-url", `${host}/job-films`, ["--container-url", `${host}/job-films`]],
  ["--container-url", `${host}/job-films?Sig=c2VjcmV0`, undefined],
  ["--container-url", `${host}/job-films?code=c2VjcmV0`, undefined],
])("the arguments that the page shows for %s %s contain no credential", (flag, url, expected) => {
  const command = addJobFlags(new Command("view"));
  command.parse([flag, url], { from: "user" });
  expect(openStore(command).storeArguments).toEqual(expected);
});
