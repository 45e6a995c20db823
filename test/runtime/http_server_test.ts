import assert from "node:assert/strict";
import { fetchGet } from "../../lib/runtime/http.ts";
import { type HttpAnswer, listenHttp } from "../../lib/runtime/http_server.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };
const refuseAll = () => {};

Deno.test("listenHttp hands over method, target and headers, and sends the answer as given", async () => {
  const listener = await listenHttp(LOOPBACK, ({ method, target, headers }) => {
    const text = `${method} ${target} ${headers["x-asked"]} é`;
    return Promise.resolve({ status: 418, headers: { "X-Told": "yes" }, text });
  }, refuseAll);
  const url = `http://127.0.0.1:${listener.port}/a/b?c=%20d`;
  const reply = await fetchGet(url, { timeoutMs: 2_000, headers: { "X-Asked": "this" } });
  assert.deepEqual(
    [reply.status, reply.headers["x-told"], reply.text],
    [418, "yes", "GET /a/b?c=%20d this é"],
  );
  await Promise.all([listener.close(), listener.close()]);
  await assert.rejects(fetchGet(url, { timeoutMs: 2_000 }), { fault: "refused" });
});

Deno.test("listenHttp cuts a request that gets no answer, and goes on", async () => {
  const answers: (() => Promise<HttpAnswer | undefined>)[] = [
    () => Promise.resolve(undefined),
    () => Promise.reject(new Error("a defect")),
    () => Promise.resolve({ status: 200, text: "fine" }),
  ];
  const listener = await listenHttp(LOOPBACK, () => answers.shift()!(), refuseAll);
  const ask = () => fetchGet(`http://127.0.0.1:${listener.port}/`, { timeoutMs: 2_000 });
  await assert.rejects(ask(), { fault: "lost" });
  await assert.rejects(ask(), { fault: "lost" });
  assert.equal((await ask()).text, "fine");
  await listener.close();
});

Deno.test("listenHttp cuts open and refused connections, and can be asked to let them in again", async () => {
  let isOpen = true;
  const waiting: (() => void)[] = [];
  const listener = await listenHttp({ ...LOOPBACK, admits: () => isOpen }, async ({ target }) => {
    if (target === "/wait") await new Promise<void>((resolve) => waiting.push(resolve));
    return { status: 200, text: target };
  }, refuseAll);
  const ask = (path: string) =>
    fetchGet(`http://127.0.0.1:${listener.port}${path}`, { timeoutMs: 2_000 });
  const cut = assert.rejects(ask("/wait"), { fault: "lost" });
  while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  isOpen = false;
  listener.cutAll();
  await cut;
  await assert.rejects(ask("/"));
  isOpen = true;
  assert.equal((await ask("/")).text, "/");
  waiting[0]!();
  await listener.close();
});

Deno.test("listenHttp lets an upgrade be refused with a status and a body", async () => {
  const listener = await listenHttp(LOOPBACK, () => Promise.resolve(undefined), (upgrade) => {
    upgrade.refuse({ status: 451, headers: { "X-Why": "é" }, text: upgrade.target });
  });
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
  await connection.write(new TextEncoder().encode(
    "GET /up HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  ));
  const text = await new Response(connection.readable).text();
  assert.match(text, /^HTTP\/1\.1 451 /);
  assert.match(text, /Content-Length: 3\r\n/);
  assert.ok(text.endsWith("\r\n\r\n/up"));
  await listener.close();
});
