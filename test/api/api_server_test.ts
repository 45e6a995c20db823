import assert from "node:assert/strict";
import { connect } from "node:net";
import { barAt } from "../support/bars.ts";
import { START } from "../support/fake_market.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { TOKEN, withApi } from "./api_fixture.ts";

/** Sends lines as they are and reads until the server hangs up: `fetch` writes its own Host. */
function raw(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    let text = "";
    socket.on("data", (bytes) => text += bytes);
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}

Deno.test("bars come a page at a time, each once, also while minutes are added", async () => {
  await withApi(async ({ feeds, get }) => {
    const feed = feeds.get("binance")!;
    for (let minute = 0; minute < 10; minute++) feed.bar("BTCUSDT", minute);
    const seen: number[] = [];
    let cursor = "", added = 10;
    for (;;) {
      const { status, body } = await get(`/bars/BTCUSDT?limit=4${cursor}`);
      assert.equal(status, 200);
      assert.equal(body.columns[0], "openTime");
      seen.push(...body.data.map((row: number[]) => row[0]));
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
      if (added < 13) feed.bar("BTCUSDT", added++);
    }
    assert.deepEqual(seen, Array.from({ length: 12 }, (_, i) => START + i * MINUTE));
  });
});

Deno.test("an answer is made once, and made again when a bar of its instrument comes", async () => {
  await withApi(async ({ feeds, get, server }) => {
    const feed = feeds.get("binance")!;
    feed.bar("BTCUSDT", 0);
    const first = await get("/bars/BTCUSDT");
    const made = server.figures.answers_made;
    const second = await get("/bars/BTCUSDT");
    assert.equal(server.figures.answers_made, made);
    assert.deepEqual(second.body, first.body);
    feeds.get("ibkr")!.bar("ES", 0);
    await get("/bars/BTCUSDT");
    assert.equal(server.figures.answers_made, made, "another instrument's bar changes nothing");
    feed.bar("BTCUSDT", 1);
    assert.equal((await get("/bars/BTCUSDT")).body.data.length, 2);
    assert.equal(server.figures.answers_made, made! + 1);
  });
});

Deno.test("rows of the newest minutes are written again when one comes late or is healed", async () => {
  await withApi(async ({ feeds, get }) => {
    const feed = feeds.get("binance")!;
    for (const minute of [0, 1, 3]) feed.bar("BTCUSDT", minute);
    const times = async () =>
      (await get("/bars/BTCUSDT")).body.data.map(([openTime]: [number]) => openTime - START);
    assert.deepEqual(await times(), [0, MINUTE, 3 * MINUTE]);
    feed.bar("BTCUSDT", 2);
    assert.deepEqual(await times(), [0, MINUTE, 2 * MINUTE, 3 * MINUTE], "late");

    const healed = barAt(START + 3 * MINUTE, 1_000, { volume: 66 });
    feed.context.ledgers.get("BTCUSDT")!.offer(healed, "history");
    feed.context.emit({
      kind: "heal",
      instrument: "BTCUSDT",
      from: healed.openTime,
      to: healed.openTime + MINUTE,
      filled: 1,
      absent: 0,
      receivedAt: START,
    });
    assert.equal((await get("/bars/BTCUSDT")).body.data[3][5], 66, "healed");
  });
});

Deno.test("rows that are kept as text are written again when a bar of theirs is revised or healed", async () => {
  await withApi(async ({ feeds, get, server }) => {
    const feed = feeds.get("binance")!;
    for (let minute = 0; minute < 300; minute++) feed.bar("BTCUSDT", minute);
    const first = await get("/bars/BTCUSDT?limit=300");
    const written = server.rowsWritten;
    const part = await get(`/bars/BTCUSDT?from=${START + 1}&limit=299`);
    assert.deepEqual(part.body.data, first.body.data.slice(1));
    assert.equal(server.rowsWritten, written, "no row is written again");
    feed.bar("BTCUSDT", 300);
    const grown = (await get("/bars/BTCUSDT?limit=300")).body;
    assert.deepEqual(grown.data, first.body.data);
    assert.equal(grown.next, `${START + 299 * MINUTE}`);
    const last = `/bars/BTCUSDT?from=${START + 300 * MINUTE}`;
    assert.equal((await get(last)).body.data.length, 1);
    feed.bar("BTCUSDT", 300, { volume: 55 });
    assert.equal((await get(last)).body.data[0][5], 55, "the newest bar, revised");
    await get("/bars/BTCUSDT?limit=300");
    const before = server.rowsWritten;
    feed.bar("BTCUSDT", 3, { volume: 77 });
    const revised = (await get("/bars/BTCUSDT?limit=300")).body.data;
    const anew = server.rowsWritten - before;
    assert.ok(anew > 0 && anew <= 128, `${anew} rows: those around it, and the newest`);
    assert.deepEqual([revised[3][5], revised[3][6]], [77, 1], "volume and revision");
    assert.deepEqual(revised.toSpliced(3, 1), first.body.data.toSpliced(3, 1));
    const hours = (await get("/bars/BTCUSDT?timeframe=1h")).body.data;
    assert.equal(hours.length, 5);
  });
});

Deno.test("a strong ETag spares the body until a bar comes", async () => {
  await withApi(async ({ feeds, get }) => {
    feeds.get("binance")!.bar("BTCUSDT", 0);
    const { response } = await get("/bars/BTCUSDT");
    const tag = response.headers.get("etag")!;
    assert.match(tag, /^"[^"]+"$/);
    const headers = { "if-none-match": tag };
    assert.equal((await get("/bars/BTCUSDT", { headers })).status, 304);
    feeds.get("binance")!.bar("BTCUSDT", 1);
    assert.equal((await get("/bars/BTCUSDT", { headers })).status, 200);
  });
});

Deno.test("what cannot be answered is a problem with pointer, rule and value", async () => {
  await withApi(async ({ get }) => {
    const cases: readonly (readonly [path: string, status: number, pointer: string])[] = [
      ["/bars/BTCUSDT?limit=0", 400, "/query/limit"],
      ["/bars/BTCUSDT?limit=x", 400, "/query/limit"],
      ["/bars/BTCUSDT?timeframe=2m", 400, "/query/timeframe"],
      ["/bars/BTCUSDT?limt=4", 400, "/query/limt"],
      ["/bars/BTCUSDT?limit=4&limit=5", 400, "/query/limit"],
      ["/bars/NOPE", 404, "/path/id"],
      ["/nothing", 404, "/path"],
    ];
    for (const [path, status, pointer] of cases) {
      const { response, body } = await get(path);
      assert.equal(response.status, status, path);
      assert.equal(response.headers.get("content-type"), "application/problem+json", path);
      assert.equal(body.status, status);
      assert.equal(body.errors[0].pointer, pointer, path);
      assert.equal(typeof body.errors[0].rule, "string");
    }
    assert.match((await get("/bars/BTCUSDT?limt=4")).body.detail, /did you mean limit/);
  });
});

Deno.test("another method is refused with those that there are", async () => {
  await withApi(async ({ get }) => {
    const { response, status } = await get("/status", { method: "DELETE" });
    assert.equal(status, 405);
    assert.equal(response.headers.get("allow"), "GET, HEAD, OPTIONS");
    const head = await get("/status", { method: "HEAD" });
    assert.deepEqual([head.status, head.body], [200, ""]);
    for (let i = 0; i < 150; i++) await get("/rules/x", { method: "OPTIONS" });
    const asked = await get("/rules/x", { method: "OPTIONS" });
    assert.deepEqual([asked.status, asked.body], [204, ""], "it changes nothing");
    assert.equal(asked.response.headers.get("allow"), "PUT, DELETE, OPTIONS");
  });
});

Deno.test("HEAD says what GET would, without the body, whether the answer is made or kept", async () => {
  await withApi(async ({ feeds, get, base }) => {
    const feed = feeds.get("binance")!;
    for (const first of ["HEAD", "GET"]) {
      feed.bar("BTCUSDT", first === "HEAD" ? 0 : 1);
      if (first === "GET") await get("/bars/BTCUSDT");
      const head = await fetch(`${base}/bars/BTCUSDT`, { method: "HEAD" });
      assert.equal(await head.text(), "");
      const { response } = await get("/bars/BTCUSDT");
      for (const name of ["etag", "cache-control", "content-type"]) {
        assert.ok(head.headers.get(name) !== null, name);
        assert.equal(head.headers.get(name), response.headers.get(name), name);
      }
      assert.equal(head.headers.get("content-length"), response.headers.get("content-length"));
      const headers = { "if-none-match": head.headers.get("etag")! };
      assert.equal((await get("/bars/BTCUSDT", { method: "HEAD", headers })).status, 304);
    }
  });
});

Deno.test("another Host, and pages of other sites, are refused on every method and upgrade", async () => {
  await withApi(async ({ root }) => {
    const port = Number(new URL(root).port);
    const own = `Host: 127.0.0.1:${port}`, end = "Connection: close";
    const upgrade = [
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ];
    for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
      const line = `${method} /api/v1/status HTTP/1.1`;
      assert.match(await raw(port, [line, "Host: evil.example", end]), /^HTTP\/1.1 421 /);
      assert.match(await raw(port, [line, `Host: 127.0.0.1:${port + 1}`, end]), /^HTTP\/1.1 421 /);
      for (const origin of ["http://evil.example", "null", `http://127.0.0.1:${port + 1}`]) {
        assert.match(await raw(port, [line, own, `Origin: ${origin}`, end]), /^HTTP\/1.1 403 /);
      }
    }
    const stream = "GET /api/v1/stream HTTP/1.1";
    assert.match(
      await raw(port, [
        stream,
        own,
        "Origin: http://evil.example",
        ...upgrade,
        "Connection: Upgrade, close",
      ]),
      /^HTTP\/1.1 403 /,
    );
    assert.match(
      await raw(port, [
        "GET /api/v1/status HTTP/1.1",
        own,
        `Origin: http://127.0.0.1:${port}`,
        end,
      ]),
      /^HTTP\/1.1 200 /,
    );
    assert.match(
      await raw(port, ["GET /api/v1/status HTTP/1.1", own, "Sec-Fetch-Site: cross-site", end]),
      /^HTTP\/1.1 403 /,
    );
  });
});

Deno.test("a link on another page leads here; a token that is only begun does not, and changes have their pace", async () => {
  await withApi(async ({ root, get }) => {
    const port = Number(new URL(root).port);
    assert.match(
      await raw(port, [
        "GET /api/v1/status HTTP/1.1",
        `Host: 127.0.0.1:${port}`,
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Mode: navigate",
        "Connection: close",
      ]),
      /^HTTP\/1.1 200 /,
    );
    const remove = (token: string) =>
      get("/rules/none", { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
    for (const token of [TOKEN.slice(0, -1), `${TOKEN}x`, ""]) {
      assert.equal((await remove(token)).status, 401, token);
    }
    const statuses = new Set<number>();
    for (let i = 0; i < 150; i++) statuses.add((await remove(TOKEN)).status);
    assert.deepEqual([...statuses].toSorted(), [404, 429]);
    assert.equal((await get("/status")).status, 200, "reading goes on");
  });
});

Deno.test("names in api.hosts are answered, with their port where they give one", async () => {
  await withApi(async ({ root }) => {
    const port = Number(new URL(root).port);
    const ask = (host: string) =>
      raw(port, ["GET /api/v1/health HTTP/1.1", `Host: ${host}`, "Connection: close"]);
    assert.match(await ask("desk.lan"), / 200 /);
    assert.match(await ask("DESK.lan:99"), / 200 /);
    assert.match(await ask("other.lan:99"), / 200 /);
    assert.match(await ask("other.lan:98"), / 421 /);
  }, { yaml: "api: { hosts: [desk.lan, 'other.lan:99'] }" });
});

Deno.test("another address than loopback takes the token for everything", async () => {
  await withApi(async ({ get, root, server }) => {
    const { status, response } = await get("/status");
    assert.equal(status, 401);
    assert.match(response.headers.get("www-authenticate")!, /^Bearer/);
    const port = Number(new URL(root).port);
    const ask = (header: string) =>
      raw(port, ["GET /api/v1/status HTTP/1.1", "Host: desk.lan", header, "Connection: close"]);
    assert.match(await ask("Authorization: Bearer a-token-of-the-test"), / 200 /);
    assert.match(await ask("Cookie: a=b; comove_token=a-token-of-the-test"), / 200 /);
    assert.match(await ask("Authorization: Bearer a-token-of-the-tesT"), / 401 /);
    for (let i = 0; i < 20; i++) await get("/status");
    const blocked = await get("/status");
    assert.equal(blocked.status, 429, "guesses of the token are slowed down");
    assert.ok(Number(blocked.response.headers.get("retry-after")) > 0);
    assert.ok(server.figures.refused_rate! > 0);
  }, {
    yaml: "api: { hosts: [desk.lan, 127.0.0.1] }",
    address: () => ({ host: "0.0.0.0", port: 80 }),
  });
});
