import assert from "node:assert/strict";
import { Dashboard } from "../../lib/api/dashboard.ts";
import { type OpeningAddress, openingAnswer } from "../../lib/api/opening_answer.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { ManualClock } from "../support/manual_clock.ts";

const dashboard = new Dashboard({
  bundle: () => Promise.resolve("void 0;"),
  clock: new ManualClock(),
  log: silentLog,
  upgrade: () => assert.fail("no socket was asked for"),
  opening: () => "The market is opening.",
  token: "a-token-of-the-test",
});
const own: OpeningAddress = { host: "127.0.0.1", port: 8377, hosts: [] };

function ask(
  path: string,
  { method = "GET", at = own, host = "127.0.0.1:8377" }: {
    readonly method?: string;
    readonly at?: OpeningAddress;
    readonly host?: string;
  } = {},
): Promise<Response> {
  const request = new Request(`http://${host}${path}`, { method, headers: { host } });
  return openingAnswer(request, at, dashboard);
}

Deno.test("while the market opens, the page is there and the API asks to come back", async () => {
  const page = await ask("/");
  assert.equal(page.status, 200);
  assert.match(await page.text(), /a-token-of-the-test/);
  for (const path of ["/api/v1/health", "/elsewhere"]) {
    const answer = await ask(path);
    assert.deepEqual([answer.status, answer.headers.get("retry-after")], [503, "1"]);
    assert.match((await answer.json()).detail, /market is opening/);
  }
  assert.equal((await ask("/", { method: "POST" })).status, 503);
});

Deno.test("a page from elsewhere and a reader of another machine get nothing before the guard is there", async () => {
  assert.equal((await ask("/", { host: "evil.example:8377" })).status, 421);
  const open = { host: "0.0.0.0", port: 8377, hosts: ["desk.lan"] };
  const answer = await ask("/", { at: open, host: "desk.lan:8377" });
  assert.equal(answer.status, 503);
  assert.doesNotMatch(await answer.text(), /a-token-of-the-test/);
});

Deno.test("the page's socket has to be one", async () => {
  assert.equal((await ask("/page")).status, 400);
});
