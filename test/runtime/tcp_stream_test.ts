import assert from "node:assert/strict";
import { freePorts, openTcpStream } from "../../lib/runtime/tcp_stream.ts";
import { listenTcp } from "../../lib/runtime/tcp_server.ts";

const host = "127.0.0.1";

Deno.test("openTcpStream sends all of it, reads what comes, and tells the end as undefined", async () => {
  const sent = new Uint8Array(3_000_000).map((_, i) => i % 251);
  let echoed = 0;
  const listener = await listenTcp({ host, port: 0 }, (connection) => {
    connection.onData((bytes) => {
      connection.write(bytes);
      echoed += bytes.length;
      if (echoed === sent.length) connection.end();
    });
  });
  const stream = await openTcpStream({ host, port: listener.port });
  const writing = stream.write(sent);
  const heard: Uint8Array[] = [];
  for (let bytes = await stream.read(); bytes !== undefined; bytes = await stream.read()) {
    heard.push(bytes);
  }
  await writing;
  assert.deepEqual(new Uint8Array(await new Blob(heard.map((b) => b.slice())).arrayBuffer()), sent);
  stream.close();
  await listener.close();
});

Deno.test("openTcpStream frees a waiting read when it is closed, and rejects where nobody listens", async () => {
  const listener = await listenTcp({ host, port: 0 }, () => {});
  const stream = await openTcpStream({ host, port: listener.port });
  const reading = stream.read();
  stream.close();
  stream.close();
  assert.equal(await reading, undefined);
  await assert.rejects(stream.write(new Uint8Array(1)));
  await listener.close();
  await assert.rejects(openTcpStream({ host, port: listener.port }), Deno.errors.ConnectionRefused);
});

Deno.test("freePorts names different ports that can be taken", async () => {
  const ports = freePorts(5);
  assert.equal(new Set(ports).size, 5);
  for (const port of ports) await (await listenTcp({ host, port }, () => {})).close();
});
