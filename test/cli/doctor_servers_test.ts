import assert from "node:assert/strict";
import type { BrokerFacts, StreamFacts } from "../../lib/bus/examine_broker.ts";
import { brokerFindings } from "../../lib/cli/doctor_broker.ts";
import { databaseFindings } from "../../lib/cli/doctor_database.ts";
import type { Finding } from "../../lib/feeds/finding.ts";
import type { DatabaseFacts } from "../../lib/store/postgres/examine_database.ts";

// What real servers here do not show; the others are met in test/servers/doctor.ts.

const DATABASE: DatabaseFacts = {
  version: "15.18",
  versionNumber: 150_018,
  encoding: "UTF8",
  isReadOnly: false,
  connections: { used: 3, most: 97 },
  isDurable: true,
  rights: {
    user: "desk",
    schema: "public",
    mayCreate: true,
    tables: 11,
    notReadable: [],
    notOwned: [],
  },
  clock: { offsetMs: 3, uncertaintyMs: 1 },
  bytes: 9e6,
  folder: undefined,
};

const STREAM: StreamFacts = {
  takesOurs: true,
  subjects: ["comove.>"],
  retention: "limits",
  discard: "old",
  storage: "file",
  maxAgeMs: 604_800_000,
  maxBytes: 8e9,
  sameWithinMs: 600_000,
  messages: 12_000,
  bytes: 5e8,
  spanMs: 7_200_000,
};

const BROKER: BrokerFacts = {
  version: "2.10.4",
  maxPayload: 1_048_576,
  jetStream: { used: 5e8, most: undefined },
  rights: { mayMakeStream: true, mayPublish: true, mayRead: true },
  stream: STREAM,
  clock: { offsetMs: -1, uncertaintyMs: 1 },
};

Deno.test("doctor names each fault of a database, and nothing where there is none", () => {
  const at = (facts: Partial<DatabaseFacts>, writes = true) =>
    databaseFindings("postgres://db/markets", { ...DATABASE, ...facts }, writes);
  assert.deepEqual(faults(at({})), []);
  assert.match(only(at({ versionNumber: 100_023 })).fix!, /needs 11 or newer/);
  assert.match(only(at({ connections: { used: 95, most: 97 } })).fix!, /max_connections/);
  const { rights } = DATABASE;
  assert.match(
    only(at({ rights: { ...rights, schema: undefined } })).fix!,
    /grant usage, create on schema public to desk/,
  );
  assert.deepEqual(faults(at({ rights: { ...rights, mayCreate: false } }, false)), []);
  assert.equal(only(at({ clock: { offsetMs: -9_000, uncertaintyMs: 40 } })).isNeeded, false);
  // It may be the way there that took so long.
  assert.deepEqual(faults(at({ clock: { offsetMs: 2_500, uncertaintyMs: 900 } })), []);
  assert.equal(only(at({ isDurable: false })).isNeeded, false);
});

Deno.test("doctor names each fault of a broker and its stream, and nothing where there is none", () => {
  const at = (facts: Partial<BrokerFacts>, publishes = true) =>
    brokerFindings({ ...BROKER, ...facts }, {
      place: "nats://broker:4222",
      stream: "COMOVE",
      publishes,
      newStreamBytes: 8e9,
    });
  const stream = (facts: Partial<StreamFacts>) => at({ stream: { ...STREAM, ...facts } });
  assert.deepEqual(faults(at({})), []);
  assert.doesNotMatch(at({})[0]!.what, /one filter/);
  assert.match(at({ version: "2.9.10" })[0]!.what, /before 2\.10 a reader has one filter/);
  assert.match(only(at({ version: "2.8.4" })).fix!, /needs 2\.9 or newer/);
  assert.match(only(at({ maxPayload: 65_536 })).fix!, /max_payload/);
  assert.match(only(stream({ takesOurs: false, subjects: ["a.>"] })).what, /takes a\.>/);
  assert.match(only(stream({ retention: "workqueue" })).fix!, /not every reader gets all/);
  assert.match(only(stream({ discard: "new" })).fix!, /discards what is old/);
  assert.equal(only(stream({ storage: "memory" })).isNeeded, false);
  assert.equal(only(stream({ sameWithinMs: 1_000 })).isNeeded, false);
  assert.match(only(at({ jetStream: { used: 9.5e8, most: 1e9 } })).fix!, /takes no messages/);
  assert.match(
    at({})[2]!.what,
    /^COMOVE holds 12,000 messages of 2h, 500\.0 MB of 8000\.0 MB, kept 7d$/,
  );
  const rights = { mayMakeStream: false, mayPublish: false, mayRead: true };
  assert.deepEqual(faults(at({ rights }, false)), [], "a reader of a stream that is there");
  assert.match(only(at({ rights })).what, /may not publish$/);
});

function faults(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ fix }) => fix !== undefined);
}

function only(findings: readonly Finding[]): Finding {
  const found = faults(findings);
  assert.equal(found.length, 1, JSON.stringify(found));
  return found[0]!;
}
