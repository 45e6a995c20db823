/** What a real Gateway once sent, through our gateway: filter, the package's decoder, our own values. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { GatewayEvent, ListedFuture } from "../../../lib/feeds/ibkr/gateway.ts";
import { stoqeyGatewayOver } from "../../../lib/feeds/ibkr/stoqey_gateway.ts";
import type { TcpSocket } from "../../../lib/runtime/tcp_socket.ts";
import { encodeFrame, TwsFrameDecoder } from "../../../lib/wire/tws_frame.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";
import { sharedBytes } from "../../support/shared_data.ts";

/** The other end of a connection that says what it is told to. */
class Peer extends EventEmitter implements TcpSocket {
  closed = false;
  write(): void {}
  end(): void {
    this.destroy();
  }
  destroy(): void {
    if (this.closed) return;
    this.closed = true;
    this.emit("close");
  }
}

/** Requests of the captured answers. */
const ASKED = [-10, 6, 9_000];

/** Everything the gateway tells of messages that a server of that version sends. */
async function heard(version: number, messages: readonly Uint8Array[]): Promise<GatewayEvent[]> {
  const peer = new Peer();
  const events: GatewayEvent[] = [];
  const options = { host: "gateway", port: 4002, clientId: 17, clock: new ManualClock() };
  const gateway = stoqeyGatewayOver(() => peer)(options, (event) => events.push(event));
  await settle();
  peer.emit("connect");
  peer.emit("data", encodeFrame([String(version), "20250522 10:00:00 US/Central"]));
  await settle();
  assert.deepEqual(events, [{ kind: "opened" }, { kind: "version", version }]);
  // What nobody asks for is not decoded.
  for (const id of ASKED) gateway.futures(id, { symbol: "ES", exchange: "CME" });
  for (const message of messages) peer.emit("data", message);
  await settle();
  const told = events.slice(2);
  await gateway.close();
  return told;
}

/** The captured messages of a gzipped JSON-lines file; undefined where it is absent. */
async function capturedLines<T>(name: string): Promise<readonly T[] | undefined> {
  const bytes = await sharedBytes(`tws/${name}.jsonl.gz`);
  if (bytes === undefined) return undefined;
  const stream = new Response(bytes).body!.pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).text()).trim().split("\n").map((line) => JSON.parse(line));
}

/**
 * A future read off the fields by their place. Server 182 and later put the last trade date after the expiry;
 * before, the real expiration date stands for it, as the expiry itself may be in the login's zone.
 */
function futureAt(fields: readonly string[], hasLastTradeDate = false): ListedFuture {
  const rest = hasLastTradeDate ? fields.toSpliced(5, 1) : fields;
  return {
    symbol: fields[2]!,
    lastTradeDate: hasLastTradeDate ? fields[5]! : fields[35]!,
    exchange: rest[7]!,
    currency: rest[8]!,
    localSymbol: rest[9]!,
    tradingClass: rest[11]!,
    contractId: Number(rest[12]),
    multiplier: Number(rest[14]),
    contractMonth: rest[21]!,
    timeZone: rest[25]!,
    tradingHours: rest[26]!,
  };
}

Deno.test("stoqeyGatewayOver reads every contract of captured frames, cut at any byte", async () => {
  const bytes = await sharedBytes("tws/tws_frames_contractDetails_DC_20240326.bin");
  if (bytes === undefined) return;
  const fields = new TwsFrameDecoder().push(bytes).flatMap((frame) =>
    frame.kind === "frame" ? [frame.fields] : []
  );
  const expected = [
    ...fields.slice(0, 9).map((each) => ({ kind: "future", id: -10, future: futureAt(each) })),
    { kind: "futures-end", id: -10 },
  ];
  assert.equal(expected.length, 10);
  assert.deepEqual(await heard(176, [bytes]), expected);
  for (const step of [1, 7, 733]) {
    const parts: Uint8Array[] = Array.from(
      { length: Math.ceil(bytes.length / step) },
      (_, i) => bytes.slice(i * step, (i + 1) * step),
    );
    assert.deepEqual(await heard(176, parts), expected, `cut into parts of ${step}`);
  }
});

interface Captured {
  readonly fields: readonly string[];
}

Deno.test("stoqeyGatewayOver reads captured contracts, bars, ticks and notices field by field", async () => {
  const lines = await capturedLines<Captured>("tws_wire_messages");
  if (lines === undefined) return;
  const all = lines.map(({ fields }) => fields);
  const at = (i: number) => all[i]!;
  assert.deepEqual(await heard(164, [encodeFrame(at(9))]), [
    { kind: "future", id: 9_000, future: futureAt(at(9)) },
  ]);
  assert.deepEqual([at(9)[4], at(9)[35]], ["20250620 08:30 US/Central", "20250620"]);
  assert.deepEqual(await heard(187, [encodeFrame(at(10))]), [
    { kind: "future", id: 6, future: futureAt(at(10), true) },
  ]);
  // The prices of 2016 name their sizes in messages of their own, in the same read.
  const split = (fields: readonly string[]) =>
    fields[0] === "1" && fields.length > 7 ? [fields.slice(0, 7), fields.slice(7)] : [fields];
  const told = await heard(
    164,
    [12, 13, 14, 15, 16, 17, 18, 19].flatMap((i) => split(at(i)).map((part) => encodeFrame(part))),
  );
  const farm = (code: number, text: string) => ({ kind: "notice", id: -1, code, text });
  const tick = (id: number, field: number, value: number) => ({ kind: "tick", id, field, value });
  assert.deepEqual(told.filter((event) => event.kind !== "tick"), [
    { kind: "futures-end", id: 1 },
    farm(2119, "Market data farm is connecting:usfuture"),
    farm(2104, "Market data farm connection is OK:usfuture"),
    {
      kind: "bar",
      id: 9_001,
      bar: {
        time: 1_678_323_335_000,
        open: 4_028.75,
        high: 4_029,
        low: 4_028.25,
        close: 4_028.5,
        volume: 2,
        // Outside of low to high, as the venue sent it.
        vwap: 4_026.75,
        trades: 1,
      },
    },
  ]);
  const prices = told.filter((event) => event.kind === "tick" && event.value > 1_000);
  assert.deepEqual(prices, [
    tick(2, 9, 2_022.5),
    tick(1, 1, 2_025.5),
    tick(1, 2, 2_027.5),
    tick(1, 9, 2_022.5),
  ]);
  const sizes = told.filter((event) => event.kind === "tick" && event.value < 1_000);
  for (const size of [tick(1, 0, 3), tick(1, 3, 4)]) {
    assert.ok(sizes.some((event) => JSON.stringify(event) === JSON.stringify(size)));
  }
});

interface Recorded {
  readonly server_version: number;
  readonly responses_raw: readonly string[];
}

Deno.test("stoqeyGatewayOver reads what concerns it of a recorded session and passes over the rest", async () => {
  const lines = await capturedLines<Recorded>("rust_ibapi_recorded_sv173_20250715");
  if (lines === undefined) return;
  const replies = lines.flatMap((line) => line.responses_raw);
  assert.equal(replies.length, 9);
  const frames = replies.map((text) => encodeFrame(text.split("\0").slice(0, -1)));
  assert.deepEqual(await heard(lines[0]!.server_version, frames), [
    { kind: "time", time: 1_752_606_307_000 },
    { kind: "accounts", accounts: ["ACCOUNT_ID"] },
  ]);
});
