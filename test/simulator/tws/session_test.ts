/** The session layer byte by byte: greeting, versions, ids, and everything a bad client can send. */
import assert from "node:assert/strict";
import { withLength } from "../../../lib/wire/tws_frame.ts";
import { contractFields, RawClient } from "./raw_client.ts";
import { until, withServer } from "./server_fixture.ts";

Deno.test("Session answers a greeting that arrives byte by byte, and requests glued to it", async () => {
  await withServer({}, async ({ server }) => {
    const client = new RawClient(server.port);
    const text = new TextEncoder().encode("v100..193");
    const start = new TextEncoder().encode("71\x002\x005\0\0");
    const bytes = [65, 80, 73, 0, 0, 0, 0, 9, ...text, ...withLength(start)];
    for (const byte of bytes.slice(0, 14)) {
      client.write(new Uint8Array([byte]));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    client.write(new Uint8Array(bytes.slice(14)));
    assert.deepEqual(await client.message("9"), ["9", "1", "1"]);
    assert.deepEqual(client.messages[0], ["193", "20251203 10:00:00 EST"]);
    assert.deepEqual(client.of("15"), [["15", "1", "SIM1234567"]]);
    await client.close();
  });
});

Deno.test("Session speaks the highest version both sides know", async () => {
  await withServer({}, async ({ server }) => {
    for (
      const [range, version] of [["v100..178", "178"], ["v157..176", "176"], ["v100..213", "193"]]
    ) {
      const client = await RawClient.ready(server.port, Number(version), range);
      assert.equal(client.messages[0]![0], version);
      await client.close();
    }
  });
  await withServer({ version: 176 }, async ({ server }) => {
    const client = await RawClient.ready(server.port, 1);
    assert.equal(client.messages[0]![0], "176");
    await client.close();
  });
});

Deno.test("Session lays out contract details as each version has them", async () => {
  await withServer({}, async ({ server }) => {
    const lengths: Record<string, number> = {};
    for (const version of ["176", "178", "182", "186", "193"]) {
      const client = await RawClient.ready(server.port, Number(version), `v100..${version}`);
      client.send(9, 8, 1, ...contractFields({}), 0, "", "", "");
      const fields = await client.message("10");
      lengths[version] = fields.length;
      assert.equal(fields[4], "20251219 08:30:00 US/Central");
      assert.equal(fields[Number(version) >= 182 ? 10 : 9], "ESZ5");
      await client.close();
    }
    assert.deepEqual(lengths, { "176": 40, "178": 40, "182": 41, "186": 42, "193": 42 });
  });
});

Deno.test("Session cuts whoever is no client, or too old or too new a one", async () => {
  await withServer({}, async ({ server }) => {
    const bad = [
      "GET / HTTP/1.1\r\n\r\n",
      "API\0\0\0\0\x05vXYZ!",
      "API\0\x7f\0\0\0",
      "\x16\x03\x01\x02",
    ];
    for (const text of bad) {
      const client = new RawClient(server.port);
      client.write(new Uint8Array([...text].map((char) => char.charCodeAt(0))));
      await until("the cut", () => client.isClosed);
      assert.deepEqual(client.messages, []);
    }
    for (const range of ["v100..175", "v194..213"]) {
      const client = new RawClient(server.port);
      client.hello(range);
      await until("the cut", () => client.isClosed);
    }
  });
});

Deno.test("Session sends nothing at all when configured to be silent", async () => {
  await withServer({ handshake: "silent" }, async ({ server }) => {
    const client = new RawClient(server.port);
    client.hello();
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.deepEqual(client.messages, []);
    assert.equal(client.isClosed, false);
    await client.close();
  });
});

Deno.test("Session survives messages it does not know or cannot read, and serves the next", async () => {
  await withServer({}, async ({ server }) => {
    const client = await RawClient.ready(server.port, 1);
    client.send(12345, 1, "what");
    client.send("", "");
    client.send("constructor");
    client.send(50, 3, 11, "too", "short");
    client.send(50, 3, "eleven");
    client.send(20, 12);
    client.send(49, 1);
    await client.message("49");
    assert.equal(client.codes(-1).filter((code) => code === 505).length, 3);
    assert.deepEqual(client.codes(11), [320]);
    assert.deepEqual(client.codes(12), [320]);
    assert.equal(server.stats().requests.unknown, 3);
    await client.close();
  });
});

Deno.test("Session ends when a message claims an impossible length or lacks its end mark", async () => {
  await withServer({}, async ({ server }) => {
    for (const bytes of [[0x7f, 0xff, 0xff, 0xff], [0, 0, 0, 0], [0, 0, 0, 2, 0x34, 0x39]]) {
      const client = await RawClient.ready(server.port, 1);
      client.write(new Uint8Array(bytes));
      await until("the end", () => client.isClosed);
      await until("the id to be free", () => server.stats().sockets === 0);
    }
  });
});

Deno.test("Session answers the empty account that clients ask for at the start", async () => {
  await withServer({ account: "DU777" }, async ({ server }) => {
    const client = await RawClient.ready(server.port, 1);
    client.send(61, 1);
    client.send(5, 1);
    client.send(99, 0);
    client.send(6, 2, 1, "DU777");
    client.send(76, 1, 31, "DU777", "", 0);
    client.send(7, 3, 32, 0, "", "", "", "", "", "");
    client.send(8, 1, 1);
    client.send(17, 1);
    client.send(14, 1, 5);
    await client.message("15", 2);
    for (const id of ["62", "53", "102", "54", "74", "55"]) {
      assert.equal(client.of(id).length, 1, id);
    }
    assert.equal(client.of("9").length, 2);
    assert.deepEqual(client.of("15")[1], ["15", "1", "DU777"]);
    await client.close();
  });
});

Deno.test("Session ignores requests before the start of the API", async () => {
  await withServer({}, async ({ server }) => {
    const client = new RawClient(server.port);
    client.hello();
    client.send(49, 1);
    client.send(71, 2, 3, "");
    await client.message("9");
    assert.deepEqual(client.of("49"), []);
    await client.close();
  });
});

Deno.test("Session reports when a contract's data begins", async () => {
  await withServer({}, async ({ server, truth }) => {
    const client = await RawClient.ready(server.port, 1);
    client.send(87, 1, ...contractFields({}), 0, 0, "TRADES", 2);
    client.send(87, 2, ...contractFields({}), 0, 0, "TRADES", 1);
    const [, , seconds] = await client.message("88");
    assert.ok(truth.minute("ESZ5", Number(seconds) * 1_000) !== undefined);
    assert.match((await client.message("88", 2))[2]!, /^202511\d\d-\d\d:\d\d:00$/);
    await client.close();
  });
});
