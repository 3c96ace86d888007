import { expect, it } from "vitest";

import { BatchAccountClient } from "../../../src/batch/index.js";
import { serveViewer } from "../../../src/cli/view/serve-viewer.js";
import { jobOutputContainerName } from "../../../src/conventions/index.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { createViewer } from "../../../src/viewer/server/index.js";
import { answer, credential, scriptedService } from "../../batch/account/scripted-service.js";
import { startAzurite } from "../../support/azurite.js";
import { createDeferred } from "../../support/create-deferred.js";
import { noChromium, openBrowser } from "../support/chromium.js";
import { pageFolder } from "../support/viewer-fixture.js";
import { openWatchedPage } from "../support/open-watched-page.js";

it.skipIf(noChromium !== undefined)("stops a listing on request, and resumes it", async () => {
  const secondPage = createDeferred<undefined>();
  await using service = await scriptedService((request, response) => {
    const url = `http://${request.headers.host ?? ""}${request.url ?? ""}`;
    if (!url.includes("/files")) answer(response, 200, { value: [] });
    else if (!url.includes("skiptoken"))
      answer(response, 200, {
        value: ["a", "b"].map(fileNamed),
        "odata.nextLink": `${url}&$skiptoken=2`,
      });
    else
      secondPage.promise.then(
        () => {
          answer(response, 200, { value: ["c", "d", "e"].map(fileNamed) });
        },
        () => response.destroy(),
      );
  });
  await using azurite = await startAzurite();
  const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
  await client.prepareOutputStorage("long");
  const batch = new BatchAccountClient(service.endpoint, credential);
  await using served = await serveViewer(createViewer({ client, batch, pageFolder }), 0);
  await using browser = await openBrowser();
  const { page } = await openWatchedPage(browser, served.origin);
  await page.goto(`${served.origin}/jobs/${jobOutputContainerName("long")}/tasks/t1?tab=node`);

  const status = page.getByRole("tabpanel").locator(".status");
  await status.getByText("2 files so far…").waitFor();
  await status.getByRole("button", { name: "Stop" }).click();
  await status.getByText("2 files so far: stopped, there is more").waitFor();
  secondPage.resolve(undefined);
  // What was asked for before comes all the same: one file of it, and then nothing is read.
  await status.getByText("3 files so far: stopped, there is more").waitFor();
  expect(await page.getByRole("row", { name: /^[a-e]\.txt/ }).count()).toBe(3);
  await status.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("row", { name: "e.txt" }).waitFor();
  await status.getByRole("button", { name: "Refresh" }).waitFor();
  await status.getByText("5 files", { exact: true }).waitFor();
});

function fileNamed(name: string): object {
  return { name: `${name}.txt`, isDirectory: false, properties: { contentLength: 1 } };
}
