import assert from "node:assert/strict";
import { join } from "node:path";
import { connect } from "@nats-io/transport-node";
import { connectNats, NatsClient } from "../../lib/bus/nats_client.ts";
import { checkBroker } from "../../lib/cli/doctor_broker.ts";
import { checkDatabase } from "../../lib/cli/doctor_database.ts";
import { doctor } from "../../lib/cli/doctor.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import type { Finding } from "../../lib/feeds/finding.ts";
import { type Clock, systemClock } from "../../lib/runtime/clock.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { fakeTerminal } from "../cli/fake_terminal.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { psql } from "./support/psql.ts";
import { type NatsServer, startNats } from "./support/nats_server.ts";
import { type PostgresServer, startPostgres } from "./support/postgres_server.ts";

let postgres: PostgresServer;
Deno.test.beforeAll(async () => void (postgres = await startPostgres()));
Deno.test.afterAll(() => postgres.stop());

const SECRET = "hunter2hunter2";
/** Five minutes behind the servers. */
const LATE: Clock = { ...systemClock, now: () => systemClock.now() - 300_000 };

/** Users of one broker: all rights, those of a reader, none in JetStream; and an account of 1 MB. */
const USERS = `accounts {
  desk: {
    jetstream: enabled
    users: [
      { user: all, password: ${SECRET} }
      { user: reader, password: ${SECRET}, permissions: {
        publish: { allow: ["$JS.API.INFO", "$JS.API.STREAM.INFO.>", "$JS.API.STREAM.MSG.GET.>", "$JS.API.CONSUMER.>"] }
        subscribe: { allow: ["_INBOX.>"] } } }
      { user: none, password: ${SECRET}, permissions: { publish: { allow: ["elsewhere"] } } }
    ]
  }
  small: { jetstream: { max_file: 1MB }, users: [{ user: small, password: ${SECRET} }] }
  plain: { users: [{ user: plain, password: ${SECRET} }] }
}`;

Deno.test("doctor finds a server and a broker in order, end to end, and shows no secret", () =>
  withTempFolder((folder) =>
    withBroker(async (nats) => {
      const config = join(folder, "c.yaml");
      const url = await postgres.database();
      await Deno.writeTextFile(
        config,
        `source: simulated\nstore: { kind: postgres, url: "${url}" }\n` +
          `bus: { kind: nats, url: "${addressOf(nats, "all")}" }\n`,
      );
      const { terminal, out } = fakeTerminal();
      assert.equal(await doctor(["--config", config], terminal), 0, out());
      assert.match(out(), /^ok {3}Database: postgres:\/\/127\.0\.0\.1:\d+\/market_\d+ answers: /m);
      assert.match(out(), /^ok {3}Database rights: comove may make tables in schema public/m);
      assert.match(out(), /^ok {3}Database clock: the server's clock differs by -?\d+ ms/m);
      assert.match(out(), /^ok {3}Database disk: [\d.]+ MB in use; .* the disk of \/\S+data$/m);
      assert.match(out(), /^ok {3}Store: There is no store in /m);
      assert.match(out(), /^ok {3}Broker: nats:\/\/127\.0\.0\.1:\d+ answers: NATS \d+\.\d+/m);
      assert.match(
        out(),
        /^ok {3}Broker rights: this user may make the stream, publish and read$/m,
      );
      assert.match(out(), /^ok {3}Stream: COMOVE is not there; the first to connect makes it/m);
      assert.match(out(), /^ok {3}Broker disk: JetStream uses 0\.0 kB/m);
      assert.doesNotMatch(out(), new RegExp(`${SECRET}|a-password-of-tests`));
    })
  ));

Deno.test("doctor leaves a broker as it was: it makes no stream, stores nothing, leaves no reader", () =>
  withBroker(async (nats) => {
    await broker(nats, "all");
    const client = await connected(nats, "all");
    const before = await client.state();
    assert.equal(before.lastSequence, 0, "the stream is new");
    const [, rights, stream, , clock] = await broker(nats, "all");
    assert.match(rights!.what, /may publish and read$/);
    assert.match(stream!.what, /^COMOVE holds 0 messages of 0s, .* of 8000\.0 MB, kept 7d$/);
    assert.match(clock!.what, /differs by -?\d+ ms/);
    assert.deepEqual(await client.state(), before);
    assert.equal(await readersOf(nats), 0);
    await client.close();
  }));

Deno.test("doctor says what a user of a broker may not do", () =>
  withBroker(async (nats) => {
    const [, make] = await broker(nats, "reader");
    assert.match(make!.what, /may not make the stream, nor publish$/);
    assert.match(make!.fix!, /publish comove\.> and \$JS\.API\.>, subscribe _INBOX/);
    await (await connected(nats, "all")).close();
    const [, publish] = await broker(nats, "reader");
    assert.match(publish!.what, /may not publish$/);
    const reading = await broker(nats, "reader", "bus");
    assert.deepEqual(reading.map(({ fix }) => fix), reading.map(() => undefined));
    const [silent] = await broker(nats, "none", "bus");
    assert.match(silent!.what, /without JetStream for this user/);
    const plain = await broker(nats, "plain");
    assert.equal(plain.length, 1);
    assert.match(plain[0]!.fix!, /nats-server -js, or switch JetStream on for the user's account/);
    const disk = (await broker(nats, "small")).find(({ name }) => name === "Broker disk");
    assert.match(disk!.what, /of the 1\.0 MB of this account, and a stream .* takes 8000\.0 MB/);
    const [denied] = await broker(nats, "all", "live", addressOf(nats, "all", "wrong-in-vain"));
    assert.match(denied!.what, /takes neither this user nor this password/);
    assert.doesNotMatch(JSON.stringify(denied), /wrong-in-vain/);
  }));

Deno.test("a broker that refuses a password a hundred times ends no process", () =>
  withBroker(async (nats) => {
    const url = addressOf(nats, "all", "wrong-in-vain");
    for (let tries = 0; tries < 100; tries++) {
      await assert.rejects(connectNats({ url, name: "comove test" }), { code: "bus-denied" });
    }
  }));

Deno.test("doctor sees clocks that differ, and that a broker or a server is away", () =>
  withBroker(async (nats) => {
    await (await connected(nats, "all")).close();
    const url = await postgres.database();
    const clocks = [
      ...await checkBroker(busOf(addressOf(nats, "all")), { clock: LATE, configFile: undefined }),
      ...await checkDatabase(storeOf(url), { clock: LATE, configFile: undefined }),
    ].filter(({ name }) => name.endsWith("clock"));
    assert.equal(clocks.length, 2);
    for (const { what, fix, isNeeded } of clocks) {
      assert.match(what, /is (299|300)\.\d s ahead of this machine's/);
      assert.match(fix!, /synchronise/);
      assert.equal(isNeeded, false);
    }
    await nats.kill();
    const gone = await broker(nats, "all");
    assert.equal(gone.length, 1);
    assert.match(gone[0]!.what, /cannot be reached/);
    assert.match(gone[0]!.fix!, /Start it \(nats-server -js\), or look at bus\.url/);
    assert.doesNotMatch(JSON.stringify(gone), new RegExp(SECRET));
  }));

Deno.test("doctor says what a user of a database may not do, for a writer and for a reader", async () => {
  const url = await postgres.database();
  await (await openStore({ kind: "postgres", url, dataKind: "live" })).close();
  const role = `guest_${crypto.randomUUID().slice(0, 8)}`;
  await psql(url, `create role ${role} login password '${SECRET}'`);
  const guest = url.replace("comove:a-password-of-tests", `${role}:${SECRET}`);
  const [, unread] = await database(guest, "store");
  assert.match(unread!.what, /may not read alerts, bars, contracts, /);
  assert.equal(unread!.fix, `grant it: grant select on all tables in schema public to ${role}`);
  await psql(url, `grant select on all tables in schema public to ${role}`);
  const reading = await database(guest, "store");
  assert.deepEqual(reading.map(({ fix }) => fix), reading.map(() => undefined));
  const [, unwritten] = await database(guest);
  assert.match(unwritten!.what, /does not own alerts, bars, .* a writer makes their partitions/);
  const empty = await postgres.database();
  const visitor = empty.replace("comove:a-password-of-tests", `${role}:${SECRET}`);
  const [, unmade] = await database(visitor);
  assert.match(unmade!.what, /may not make tables in schema public/);
  assert.equal(unmade!.fix, `grant it: grant create on schema public to ${role}`);
  const [none] = await database(visitor.replace(/market_\d+$/, "market_none"));
  assert.match(none!.what, /there is no such database/);
  const [denied] = await database(url.replace("a-password-of-tests", "guessed-in-vain"));
  assert.match(denied!.what, /neither this user nor this password/);
  assert.doesNotMatch(JSON.stringify([none, denied]), /guessed-in-vain|hunter2/);
});

Deno.test("doctor sees a database that only reads, one without fsync, and one of another encoding", async () => {
  const url = await postgres.database();
  const name = new URL(url).pathname.slice(1), other = url.replace(name, `${name}_latin`);
  await psql(
    url,
    `create database ${name}_latin encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0`,
  );
  assert.match((await database(other))[0]!.fix!, /--encoding=UTF8/);
  await psql(url, `alter database ${name} set synchronous_commit = off`);
  await psql(url, `alter database ${name} set default_transaction_read_only = on`);
  const [server, , , disk] = await database(url);
  assert.match(server!.what, /and only reads/);
  assert.match(disk!.fix!, /turn both on/);
  const [reading] = await database(url, "store");
  assert.equal(reading!.fix, undefined);
});

function busOf(url: string, source = "live") {
  return parseConfig({
    overrides: { source, bus: { kind: "nats", url }, store: { kind: "sqlite" } } as object,
  });
}

function storeOf(url: string, source = "live") {
  return parseConfig({ overrides: { source, store: { kind: "postgres", url } } as object });
}

function broker(
  nats: NatsServer,
  user: string,
  source = "live",
  url = addressOf(nats, user),
): Promise<Finding[]> {
  return checkBroker(busOf(url, source), { clock: systemClock, configFile: undefined });
}

function database(url: string, source = "live"): Promise<Finding[]> {
  return checkDatabase(storeOf(url, source), { clock: systemClock, configFile: undefined });
}

function addressOf({ url }: NatsServer, user: string, password = SECRET): string {
  return url.replace("nats://", `nats://${user}:${password}@`);
}

function connected(nats: NatsServer, user: string): Promise<NatsClient> {
  const url = addressOf(nats, user);
  return NatsClient.connect({ url, stream: "COMOVE", name: "comove test", log: silentLog });
}

/** How many readers the broker knows of the stream. */
async function readersOf(nats: NatsServer): Promise<number> {
  const servers = nats.url.replace("nats://", "");
  const connection = await connect({ servers, user: "all", pass: SECRET });
  try {
    const answer = await connection.request("$JS.API.CONSUMER.NAMES.COMOVE");
    return (answer.json() as { readonly total: number }).total;
  } finally {
    await connection.close();
  }
}

async function withBroker(use: (server: NatsServer) => Promise<void>): Promise<void> {
  const server = await startNats(USERS);
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}
