import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import {
  GLOBEX_HOLIDAYS,
  GLOBEX_HOLIDAYS_FROM,
  GLOBEX_HOLIDAYS_UNTIL,
} from "../../lib/calendar/globex_holidays_table.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { sharedBytes } from "../support/shared_data.ts";

const at = (text: string) => Date.parse(text);

Deno.test("globexEquityIndex shuts early or all day on holidays, and opens again in the evening", () => {
  const { isOpen } = globexEquityIndex;
  // Thanksgiving 2025: noon in Chicago is 18:00 UTC; the next trading day begins at 23:00 UTC.
  assert.equal(isOpen(at("2025-11-27T17:59Z")), true);
  assert.equal(isOpen(at("2025-11-27T18:00Z")), false);
  assert.equal(isOpen(at("2025-11-27T23:00Z")), true);
  assert.equal(isOpen(at("2025-11-28T18:14Z")), true);
  assert.equal(isOpen(at("2025-11-28T18:15Z")), false);
  // Christmas: early on the eve, then nothing until the evening of the day itself.
  assert.equal(isOpen(at("2025-12-24T18:15Z")), false);
  assert.equal(isOpen(at("2025-12-24T23:30Z")), false);
  assert.equal(isOpen(at("2025-12-25T22:59Z")), false);
  assert.equal(globexEquityIndex.nextOpen(at("2025-12-24T20:00Z")), at("2025-12-25T23:00Z"));
});

Deno.test("GLOBEX_HOLIDAYS holds weekdays within its range, and as many a year", () => {
  const years = new Map<string, number>();
  for (const [day, close] of GLOBEX_HOLIDAYS) {
    assert.ok(day >= GLOBEX_HOLIDAYS_FROM && day <= GLOBEX_HOLIDAYS_UNTIL, day);
    const date = new Date(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T12:00Z`);
    assert.ok(date.getUTCDay() >= 1 && date.getUTCDay() <= 5, `${day} is a weekend`);
    assert.ok(close === null || /^(08|12):\d\d$/.test(close), `${day} ${close}`);
    years.set(day.slice(0, 4), (years.get(day.slice(0, 4)) ?? 0) + 1);
  }
  for (const [year, days] of years) assert.ok(days >= 11 && days <= 14, `${year} has ${days}`);
});

/** Windows of real minutes around holidays, of a contract that trades at least every 15 minutes. */
const FILES = [
  "es/databento_MES_1m_2023-11-20_thanksgiving.csv.gz",
  "es/databento_MES_1m_2023-12-21_xmas_newyear.csv.gz",
  "es/databento_MES_1m_2024-03-27_good_friday.csv.gz",
  "es/databento_MES_1m_2024-06-17_juneteenth_roll_july4.csv.gz",
  "overlap/w1_2023_databento_MES_1m.csv.gz",
  "overlap/w2_2024_databento_MES_1m.csv.gz",
];
/** From the last trade of a contract to the next session this series has no bars. */
const AFTER_EXPIRY = ["2023-03-17", "2024-06-21"];

for (const file of FILES) {
  Deno.test(`globexEquityIndex is open exactly when real minutes exist: ${file}`, async () => {
    const bytes = await sharedBytes(file);
    if (bytes === undefined) return;
    const lines = gunzipSync(bytes).toString("utf8").trim().split("\n").slice(1);
    const minutes = lines.map((line) => Number(line.slice(0, line.indexOf(","))));
    const present = new Set(minutes);
    const shut = minutes.filter((time) => !globexEquityIndex.isOpen(time));
    assert.deepEqual(shut.map((time) => new Date(time).toISOString()), [], "bars while shut");
    for (const session of globexEquityIndex.sessions(minutes[0]!, minutes.at(-1)!)) {
      const from = Math.max(session.from, minutes[0]!), to = Math.min(session.to, minutes.at(-1)!);
      const day = new Date(session.to).toISOString().slice(0, 10);
      if (AFTER_EXPIRY.includes(day)) continue;
      for (let time = from; time + HOUR / 4 <= to; time += HOUR / 4) {
        const isTraded = Array.from({ length: 15 }, (_, i) => time + i * MINUTE)
          .some((minute) => present.has(minute));
        assert.ok(isTraded, `no bars from ${new Date(time).toISOString()}, which counts as open`);
      }
    }
  });
}
