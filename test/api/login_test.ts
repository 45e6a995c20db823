import assert from "node:assert/strict";
import { TOKEN, withApi } from "./api_fixture.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
/** An address that others reach; `fetch` asks by the loopback name, which is listed. */
const OUTSIDE = {
  yaml: "api: { hosts: [desk.lan, 127.0.0.1] }",
  address: () => ({ host: "0.0.0.0", port: 80 }),
  others: () => new Response("the page"),
};

/** Asks without following redirects. */
async function ask(address: string, init: RequestInit = {}) {
  const response = await fetch(address, { redirect: "manual", ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const logIn = (root: string, token: string, headers: Record<string, string> = {}) =>
  ask(`${root}/login`, {
    method: "POST",
    headers: { ...FORM, ...headers },
    body: new URLSearchParams({ token }),
  });

Deno.test("a browser elsewhere logs in by a form, reads and changes by its cookie, and logs out", async () => {
  await withApi(async ({ root }) => {
    const stranger = await ask(`${root}/`);
    assert.deepEqual([stranger.status, stranger.headers.get("location")], [303, "/login"]);
    const form = await ask(`${root}/login`);
    assert.equal(form.status, 200);
    assert.match(form.text, /<form method="post" action="\/login">/);
    assert.doesNotMatch(form.text, /<script|https?:/);
    const wrong = await logIn(root, "another-token-that-is-wrong");
    assert.deepEqual([wrong.status, wrong.headers.get("set-cookie")], [401, null]);
    assert.match(wrong.text, /role="alert"/);
    assert.ok(!wrong.text.includes(TOKEN));
    const inside = await logIn(root, TOKEN);
    assert.deepEqual([inside.status, inside.headers.get("location")], [303, "/"]);
    const set = inside.headers.get("set-cookie")!;
    assert.match(set, /^comove_token=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    const cookie = set.split(";")[0]!;
    assert.equal((await ask(`${root}/`, { headers: { cookie } })).text, "the page");
    assert.equal((await ask(`${root}/api/v1/status`, { headers: { cookie } })).status, 200);
    const rule = JSON.stringify({ metric: "price", of: "BTCUSDT", fire: "above 1" });
    const put = await ask(`${root}/api/v1/rules/far`, {
      method: "PUT",
      headers: { cookie, "content-type": "application/json" },
      body: rule,
    });
    assert.equal(put.status, 200);
    const out = await ask(`${root}/logout`, { method: "POST", headers: { cookie } });
    assert.match(out.headers.get("set-cookie")!, /^comove_token=; Path=\/; Max-Age=0;/);
    assert.equal((await ask(`${root}/logout`)).status, 405);
  }, OUTSIDE);
});

Deno.test("after twenty wrong tokens a peer waits, whatever it sends; other sites cannot log anybody in", async () => {
  await withApi(async ({ root }) => {
    assert.equal((await logIn(root, TOKEN, { origin: "http://evil.example" })).status, 403);
    for (let i = 0; i < 20; i++) assert.equal((await logIn(root, `wrong-${i}`)).status, 401);
    for (const token of ["wrong", TOKEN]) {
      const { status, headers } = await logIn(root, token);
      assert.equal(status, 429);
      assert.ok(Number(headers.get("retry-after")) > 0);
      assert.equal(headers.get("set-cookie"), null);
    }
    const authorization = `Bearer ${TOKEN}`;
    assert.equal((await ask(`${root}/api/v1/status`, { headers: { authorization } })).status, 429);
    assert.equal((await logIn(root, "x".repeat(5_000))).status, 429);
  }, OUTSIDE);
});

Deno.test("a token with any characters goes through the cookie, and on https the cookie is Secure", async () => {
  const token = "a=b;c d%41é-and-more";
  await withApi(async ({ root }) => {
    const origin = "https://desk.lan";
    const inside = await logIn(root, token, { origin });
    assert.equal(inside.status, 303, inside.text);
    const set = inside.headers.get("set-cookie")!;
    assert.match(set, /; Secure$/);
    const cookie = set.split(";")[0]!;
    assert.equal((await ask(`${root}/api/v1/status`, { headers: { cookie } })).status, 200);
    assert.equal((await logIn(root, "x".repeat(5_000))).status, 413);
  }, { ...OUTSIDE, token });
});

Deno.test("on this machine's own address there is no log-in", async () => {
  await withApi(async ({ root }) => {
    assert.equal((await ask(`${root}/`)).text, "the page");
    assert.equal((await logIn(root, TOKEN)).status, 404);
  }, {
    others: (request) =>
      new URL(request.url).pathname === "/" ? new Response("the page") : undefined,
  });
});
