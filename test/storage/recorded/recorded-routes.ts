import { StorageSharedKeyCredential } from "@azure/storage-blob";
import { expect } from "vitest";
import type { StoreClientOptions } from "../../../src/storage/index.js";
import { isBySdk } from "../../support/direct-fixture.js";
import { quickRetries } from "../../support/output-fixture.js";
import type { RecordedStore } from "./start-recorded-store.js";

/** A way of sending requests: the options that choose it, and which client the requests come from. */
export interface Route {
  readonly name: string;
  readonly options: StoreClientOptions;
  readonly isSdk: boolean;
}

export const routes: readonly Route[] = [
  { name: "connections of our own", options: quickRetries, isSdk: false },
  { name: "the SDK", options: { ...quickRetries, keepAliveOptions: { enable: false } }, isSdk: true },
];

/** The name is that of the recordings; the key is no account's. */
export const accountKey = new StorageSharedKeyCredential("storacct", Buffer.alloc(64, 1).toString("base64"));

/** Fails unless each answer was read by the client of the route, and no request was sent again. */
export function expectRoute({ requests }: RecordedStore, { isSdk }: Route): void {
  expect(requests.map(isBySdk)).toEqual(requests.map(() => isSdk));
}
