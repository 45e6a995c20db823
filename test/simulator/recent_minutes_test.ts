import assert from "node:assert/strict";
import { RecentMinutes } from "../../lib/simulator/recent_minutes.ts";

Deno.test("RecentMinutes makes a value once a symbol and time, and forgets each symbol's oldest", () => {
  const recent = new RecentMinutes<string>(2);
  const made: string[] = [];
  const get = (symbol: string, time: number) =>
    recent.get(symbol, time, () => {
      made.push(`${symbol} ${time}`);
      return `${symbol} ${time}`;
    });
  for (const [symbol, time] of [["ES", 1], ["NQ", 1], ["ES", 1], ["ES", 2], ["NQ", 1]] as const) {
    assert.equal(get(symbol, time), `${symbol} ${time}`);
  }
  assert.deepEqual(made, ["ES 1", "NQ 1", "ES 2"]);
  get("ES", 3);
  get("ES", 1);
  get("NQ", 1);
  assert.deepEqual(made, ["ES 1", "NQ 1", "ES 2", "ES 3", "ES 1"]);
});

Deno.test("RecentMinutes stays bounded however many symbols come and go", () => {
  const recent = new RecentMinutes<number>(1);
  let made = 0;
  const get = (symbol: number) => recent.get(`S${symbol}`, 0, () => ++made);
  for (let symbol = 0; symbol < 400; symbol++) get(symbol);
  get(399);
  assert.equal(made, 400);
  get(0);
  assert.equal(made, 401);
});
