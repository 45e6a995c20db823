import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { SimulatedBar } from "../../../lib/simulator/truth.ts";
import { parseDuration } from "../../../lib/simulator/tws/bar_sizes.ts";
import { ContractBook } from "../../../lib/simulator/tws/contracts.ts";
import {
  HistoryQuery,
  type HistoryRequest,
  HistoryStream,
} from "../../../lib/simulator/tws/history.ts";
import { Tape } from "../../../lib/simulator/tws/tape.ts";
import { isRefusal } from "../../../lib/simulator/tws/venue.ts";
import { handTruth, START } from "./hand_truth.ts";
import { minutesOf } from "./server_fixture.ts";

const truth = handTruth();
const contract = new ContractBook(truth).find({
  conId: undefined,
  symbol: "",
  secType: "FUT",
  lastTradeDateOrContractMonth: "",
  multiplier: "",
  exchange: "CME",
  currency: "",
  localSymbol: "ESZ5",
  tradingClass: "",
  includeExpired: false,
}, START)[0]!;

function queryOf(request: Partial<HistoryRequest>, now = START): HistoryQuery {
  const query = HistoryQuery.of(
    new Tape(truth),
    {
      kind: "historicalData",
      id: 1,
      contract: {} as HistoryRequest["contract"],
      end: "",
      barSize: "1 min",
      duration: "3600 S",
      regularHoursOnly: false,
      whatToShow: "TRADES",
      formatDate: 2,
      keepUpToDate: false,
      ...request,
    },
    contract,
    now,
  );
  assert.ok(!isRefusal(query), JSON.stringify(query));
  return query;
}

function total(bars: readonly SimulatedBar[]): number {
  return bars.reduce((sum, { volume }) => sum + volume, 0);
}

Deno.test("HistoryQuery adds bars of every size up from the same trades", () => {
  const from = START - 6 * HOUR;
  const minutes = minutesOf(truth, "ESZ5", from, START);
  for (
    const [barSize, stepMs] of Object.entries({
      "5 secs": 5 * SECOND,
      "30 secs": 30 * SECOND,
      "1 min": MINUTE,
      "5 mins": 5 * MINUTE,
      "15 mins": 15 * MINUTE,
      "1 hour": HOUR,
    })
  ) {
    const bars = queryOf({ barSize, duration: "21600 S" }).bars();
    assert.equal(total(bars), total(minutes), barSize);
    assert.ok(bars.every(({ openTime }) => openTime % stepMs === 0));
    for (const bar of bars) {
      const parts = minutes.filter(({ openTime }) =>
        openTime >= bar.openTime && openTime < bar.openTime + stepMs
      );
      if (stepMs < MINUTE) continue;
      assert.equal(bar.open, parts[0]!.open);
      assert.equal(bar.high, Math.max(...parts.map(({ high }) => high)));
      assert.equal(bar.low, Math.min(...parts.map(({ low }) => low)));
      assert.equal(bar.close, parts.at(-1)!.close);
      assert.equal(bar.volume, total(parts));
    }
  }
});

Deno.test("HistoryQuery counts trading days back over a weekend", () => {
  const sunday = Date.UTC(2025, 10, 30, 23, 30);
  const bars = queryOf({ duration: "2 D" }, sunday).bars();
  assert.ok(bars[0]!.openTime >= Date.UTC(2025, 10, 27, 23));
  assert.ok(
    bars[0]!.openTime < Date.UTC(2025, 10, 27, 23, 10),
    "Friday's session opens on Thursday",
  );
  assert.ok(bars.at(-1)!.openTime > sunday - 5 * MINUTE);
});

Deno.test("HistoryQuery dates daily bars by trading day and keeps regular hours on request", () => {
  const days = queryOf({ barSize: "1 day", duration: "3 D" }).bars();
  assert.deepEqual(days.map(({ openTime }) => openTime), [
    Date.UTC(2025, 10, 30, 23),
    Date.UTC(2025, 11, 1, 23),
    Date.UTC(2025, 11, 2, 23),
  ]);
  assert.equal(
    total(days.slice(0, 1)),
    total(minutesOf(truth, "ESZ5", days[0]!.openTime, days[0]!.openTime + DAY)),
  );
  const regular = queryOf({ duration: "2 D", regularHoursOnly: true }).bars();
  const from = Date.UTC(2025, 11, 2, 14, 30);
  const open = [
    ...minutesOf(truth, "ESZ5", from, from + 7.5 * HOUR),
    ...minutesOf(truth, "ESZ5", from + DAY, START),
  ];
  assert.deepEqual(regular, open);
});

Deno.test("HistoryQuery gives an empty set, not an error, for a duration too long for the bars", () => {
  assert.deepEqual(queryOf({ barSize: "5 secs", duration: "5 D" }).bars(), []);
});

Deno.test("HistoryStream makes the same bar as the history it continues, wherever it began", () => {
  const tape = new Tape(truth);
  const end = START + 20 * MINUTE;
  for (const barSize of ["1 min", "5 mins", "30 secs"]) {
    for (const offset of [0, 7, 31, 59]) {
      const now = START + offset * SECOND;
      const query = queryOf({ barSize, duration: "600 S", keepUpToDate: true }, now);
      const bars = query.bars();
      const stream = new HistoryStream(query, tape, bars.at(-1));
      const byDate = new Map<string, number>(
        bars.map((b) => [String(b.openTime / SECOND), b.volume]),
      );
      for (const fields of stream.advance(end)) byDate.set(String(fields[3]), Number(fields[9]));
      const whole = queryOf({ barSize, duration: "3600 S" }, end).bars();
      for (const bar of whole.filter(({ openTime }) => openTime >= bars[0]!.openTime)) {
        assert.equal(
          byDate.get(String(bar.openTime / SECOND)),
          bar.volume,
          `${barSize} from ${offset}`,
        );
      }
    }
  }
});

Deno.test("parseDuration reads seconds as clock time and the rest as trading days", () => {
  assert.deepEqual(parseDuration("900 S"), { kind: "time", ms: 900 * SECOND });
  assert.deepEqual(parseDuration("2 D"), { kind: "days", count: 2 });
  assert.deepEqual(parseDuration("1 W"), { kind: "days", count: 5 });
  for (const text of ["", "0 S", "-1 D", "1.5 D", "D", "5", "1 H"]) {
    assert.equal(parseDuration(text), undefined, text);
  }
});
