import assert from "node:assert/strict";
import { BrowserFailure, startBrowser } from "../../lib/runtime/browser.ts";
import { makeTempFolder } from "../../lib/runtime/temp_folder.ts";

Deno.test("startBrowser tells why a program is no browser, and leaves nothing behind", async () => {
  const folders: string[] = [];
  const makeFolder = async () => {
    const folder = await makeTempFolder();
    folders.push(folder.path);
    return folder;
  };
  await assert.rejects(
    startBrowser({ command: "/no/such/program", makeFolder }),
    (error) =>
      error instanceof BrowserFailure && /could not be started .*ENOENT/.test(error.message),
  );
  await assert.rejects(
    startBrowser({ command: Deno.execPath(), makeFolder }),
    (error) =>
      error instanceof BrowserFailure && /^it ended with exit code \d+: ./.test(error.message),
  );
  assert.equal(folders.length, 2);
  for (const folder of folders) await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
});

Deno.test("startBrowser starts nothing once its signal is aborted", async () => {
  const signal = AbortSignal.abort(new Error("stopped by the user"));
  const makeFolder = () => Promise.reject(new Error("it went on"));
  await assert.rejects(
    startBrowser({ command: "/no/such/program", signal, makeFolder }),
    /stopped by the user/,
  );
});
