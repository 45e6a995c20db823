import assert from "node:assert/strict";
import { browserPaths, type BrowserSearch, findBrowser } from "../../lib/runtime/browser_path.ts";

function search(
  os: BrowserSearch["os"],
  env: Readonly<Record<string, string>>,
  there: readonly string[],
): BrowserSearch {
  return {
    os,
    env: (name) => env[name],
    exists: (path) => Promise.resolve(there.includes(path)),
  };
}

Deno.test("findBrowser takes what CHROMIUM names, even when it is not there", async () => {
  const env = { CHROMIUM: "/mine", PATH: "/usr/bin" };
  assert.equal(await findBrowser(search("linux", env, ["/usr/bin/chromium"])), "/mine");
});

Deno.test("findBrowser looks through PATH first, then at the usual places", async () => {
  const env = { PATH: "/a::/b" };
  const chrome = "/opt/google/chrome/chrome";
  assert.equal(
    await findBrowser(search("linux", env, [chrome, "/b/google-chrome"])),
    "/b/google-chrome",
  );
  assert.equal(await findBrowser(search("linux", env, [chrome])), chrome);
  assert.equal(await findBrowser(search("linux", {}, [])), undefined);
  assert.equal(await findBrowser(search("linux", { ...env, CHROMIUM: "" }, [chrome])), chrome);
});

Deno.test("findBrowser knows the places of macOS and Windows", async () => {
  const mac = "/Users/me/Applications/Chromium.app/Contents/MacOS/Chromium";
  assert.equal(await findBrowser(search("darwin", { HOME: "/Users/me" }, [mac])), mac);
  const windows = "C:\\Programs\\Google\\Chrome\\Application\\chrome.exe";
  const env = { ProgramFiles: "C:\\Programs" };
  assert.equal(await findBrowser(search("windows", env, [windows])), windows);
  assert.deepEqual(browserPaths({ os: "windows", env: () => undefined }), []);
});
