import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import {
  fetchGet,
  HttpFailure,
  type NetworkFault,
  networkFaultOf,
  retryAfterOf,
} from "../../lib/runtime/http.ts";

async function withServer(
  server: Server | ReturnType<typeof createTcpServer>,
  body: (port: number) => Promise<void>,
) {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket: { destroy(): void }) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  try {
    await body((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

const withHttp = (listener: RequestListener, body: (port: number) => Promise<void>) =>
  withServer(createServer(listener), body);

async function assertFault(promise: Promise<unknown>, fault: NetworkFault): Promise<void> {
  const error = await promise.then(() => undefined, (reason) => reason);
  assert.ok(error instanceof HttpFailure, `${error}`);
  assert.equal(error.fault, fault, error.message);
}

Deno.test("fetchGet brings status, lowercase headers and text of any answer, and follows no redirect", async () => {
  await withHttp((request, response) => {
    const isMoved = request.url === "/moved";
    response.writeHead(isMoved ? 302 : 429, { "Retry-After": "7", Location: "/elsewhere" });
    response.end(`${request.headers["x-asked"]} ü`);
  }, async (port) => {
    const url = `http://127.0.0.1:${port}`;
    const reply = await fetchGet(`${url}/x`, { timeoutMs: 2_000, headers: { "x-asked": "yes" } });
    assert.deepEqual([reply.status, reply.headers["retry-after"], reply.text], [429, "7", "yes ü"]);
    assert.equal((await fetchGet(`${url}/moved`, { timeoutMs: 2_000 })).status, 302);
  });
});

Deno.test("fetchGet gives up after timeoutMs, before or amid the answer, and leaves nothing", async () => {
  await withHttp((request, response) => {
    if (request.url === "/half") response.write("half of it");
  }, async (port) => {
    for (const path of ["/never", "/half"]) {
      const url = `http://127.0.0.1:${port}${path}`;
      await assertFault(fetchGet(url, { timeoutMs: 50 }), "timeout");
    }
  });
});

Deno.test("fetchGet ends at once with the reason of the abort", async () => {
  await withHttp(() => {}, async (port) => {
    const url = `http://127.0.0.1:${port}/`;
    const stop = new AbortController();
    const pending = fetchGet(url, { timeoutMs: 5_000, signal: stop.signal });
    stop.abort(new Error("closing"));
    await assert.rejects(pending, /closing/);
    await assert.rejects(fetchGet(url, { timeoutMs: 5_000, signal: stop.signal }), /closing/);
  });
});

Deno.test("fetchGet refuses a body without end", async () => {
  await withHttp((_, response) => {
    const chunk = "x".repeat(1_000_000);
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", pour);
    response.on("error", () => {});
    pour();
  }, async (port) => {
    await assertFault(fetchGet(`http://127.0.0.1:${port}/`, { timeoutMs: 5_000 }), "lost");
  });
});

Deno.test("fetchGet tells why there is no answer", async () => {
  let closed = 0;
  await withHttp(() => {}, (port) => Promise.resolve(void (closed = port)));
  await assertFault(fetchGet(`http://127.0.0.1:${closed}/`, { timeoutMs: 2_000 }), "refused");
  await assertFault(
    fetchGet("http://no-such-host.invalid/", { timeoutMs: 5_000 }),
    "host-not-found",
  );
  const greeter = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => socket.end("SSH-2.0-OpenSSH_9\r\n"));
  });
  await withServer(greeter, async (port) => {
    await assertFault(fetchGet(`http://127.0.0.1:${port}/`, { timeoutMs: 2_000 }), "not-http");
    await assertFault(fetchGet(`https://127.0.0.1:${port}/`, { timeoutMs: 2_000 }), "tls");
  });
  const cutter = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => socket.destroy());
  });
  await withServer(cutter, async (port) => {
    await assertFault(fetchGet(`http://127.0.0.1:${port}/`, { timeoutMs: 2_000 }), "lost");
  });
});

Deno.test("networkFaultOf reads system codes, nested causes and anything else", () => {
  const coded = (code: string) => Object.assign(new Error("failed"), { code });
  assert.equal(networkFaultOf(coded("ENOTFOUND")), "host-not-found");
  assert.equal(networkFaultOf(coded("ECONNREFUSED")), "refused");
  assert.equal(networkFaultOf(coded("EHOSTUNREACH")), "unreachable");
  assert.equal(networkFaultOf(coded("ETIMEDOUT")), "timeout");
  assert.equal(networkFaultOf(coded("ECONNRESET")), "lost");
  const certificate = new Error("invalid peer certificate: UnknownIssuer");
  assert.equal(networkFaultOf(new Error("fetch failed", { cause: certificate })), "tls");
  assert.equal(networkFaultOf("odd"), "lost");
});

Deno.test("retryAfterOf reads the three forms of a date by the server's own time", () => {
  const now = Date.UTC(1994, 10, 6, 8, 49, 7);
  const forms = [
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
  ];
  for (const form of forms) assert.equal(retryAfterOf(form, now), 30_000, form);
  assert.equal(retryAfterOf(forms[0], now + 3_600_000), 0, "a date that has passed");
  assert.equal(retryAfterOf("Fri, 31 Dec 9999 23:59:59 GMT", now), undefined);
  for (const nonsense of ["Sun, 99 Nov 1994 08:49:37 GMT", "x".repeat(1e6), "Mon, GMT", "0x10"]) {
    assert.equal(retryAfterOf(nonsense, now), undefined);
  }
});

Deno.test("retryAfterOf reads seconds and leaves dates and nonsense alone", () => {
  assert.equal(retryAfterOf("7"), 7_000);
  assert.equal(retryAfterOf("0"), 0);
  for (const header of [undefined, "", "-1", "Wed, 21 Oct 2026 07:28:00 GMT"]) {
    assert.equal(retryAfterOf(header), undefined);
  }
});
