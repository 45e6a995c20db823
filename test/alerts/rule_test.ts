import assert from "node:assert/strict";
import { parseRule, rulesOf } from "../../lib/alerts/rule.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { ConfigError } from "../../lib/runtime/config_reader.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { BITCOIN, ES, ETHER } from "../support/fake_market.ts";

const DVOL = { id: "DVOL", venue: "deribit", kind: "index" } as const;
const INSTRUMENTS = [BITCOIN, ETHER, ES, DVOL];
const RULE = { name: "wide", metric: "zscore", of: "ETHUSDT/BTCUSDT", fire: "beyond 2" };
type Settings = Readonly<Record<string, unknown>>;

function configured(rule: Settings, channels: Settings = {}) {
  const { alerts } = parseConfig({ overrides: { alerts: { rules: [rule], channels } } as object });
  return rulesOf(alerts, INSTRUMENTS);
}

Deno.test("a rule has its defaults, and durations in ms", () => {
  const [rule] = configured({
    ...RULE,
    clear: "below 0.5",
    for: "2m",
    keepFiringFor: "30s",
    repeat: "1h",
    notify: ["desk"],
  }, { desk: { kind: "webhook", url: "http://127.0.0.1/x" } });
  assert.deepEqual(rule, {
    name: "wide",
    metric: "zscore",
    of: "ETHUSDT/BTCUSDT",
    timeframe: "1m",
    window: 60,
    horizon: undefined,
    fire: { side: "beyond", threshold: 2, isAbsolute: true },
    clear: { side: "below", threshold: 0.5, isAbsolute: true },
    forMs: 2 * MINUTE,
    keepFiringForMs: 30_000,
    during: "always",
    severity: "minor",
    repeatMs: 60 * MINUTE,
    notify: ["desk"],
  });
});

const WRONG: readonly (readonly [string, Settings, RegExp])[] = [
  ["a name of other letters", { name: "Wide" }, /alerts\.rules\.0\.name .*1 to 64 of a-z/],
  ["a name of 65", { name: "a".repeat(65) }, /alerts\.rules\.0\.name/],
  [
    "an unknown key",
    { notfy: [] },
    /unknown key alerts\.rules\.0\.notfy \(wide\).*mean .*notify\?/,
  ],
  [
    "a misspelt condition",
    { fire: "beyodn 2" },
    /alerts\.rules\.0\.fire \(wide\).*did you mean beyond 2\?/,
  ],
  ["a condition without a number", { fire: "above" }, /alerts\.rules\.0\.fire \(wide\)/],
  ["a condition of no number", { fire: "above NaN" }, /alerts\.rules\.0\.fire \(wide\)/],
  ["a negative beyond", { fire: "beyond -2" }, /alerts\.rules\.0\.fire \(wide\)/],
  ["a clear that overlaps", { clear: "below 3" }, /alerts\.rules\.0\.clear \(wide\).*below 2/],
  ["a clear of the same side", { fire: "above 2", clear: "above 1" }, /rules\.0\.clear/],
  ["a beyond that ends an above", { fire: "above 2", clear: "beyond 1" }, /rules\.0\.clear/],
  ["a duration without unit", { for: "5" }, /alerts\.rules\.0\.for \(wide\).*such as 30s/],
  ["a repeat of no time", { repeat: "0m" }, /alerts\.rules\.0\.repeat \(wide\)/],
  ["an unknown session", { during: "usa" }, /alerts\.rules\.0\.during \(wide\).*us, europe, asia/],
  ["an unknown severity", { severity: "high" }, /alerts\.rules\.0\.severity \(wide\).*critical/],
  [
    "a channel that is not there",
    { notify: ["dsek"] },
    /alerts\.rules\.0\.notify \(wide\).*got dsek; did you mean desk\?/,
  ],
  [
    "an unknown metric",
    { metric: "zscor" },
    /alerts\.rules\.0\.metric \(wide\): must be one of price, .*did you mean zscore\?/,
  ],
  ["one instrument for a pair", { of: "ETHUSDT" }, /rules\.0\.of \(wide\): must be a pair/],
  ["a pair of one", { of: "ES/ES" }, /rules\.0\.of \(wide\): must be a pair/],
  [
    "a pair for one instrument",
    { metric: "price" },
    /rules\.0\.of \(wide\).*price watches one instrument, no pair/,
  ],
  [
    "an instrument that is not followed",
    { of: "ETHUSDT/BTCUSD" },
    /rules\.0\.of \(wide\).*did you mean BTCUSDT\?/,
  ],
  [
    "one of which nothing is known",
    { metric: "price", of: "GC" },
    /add GC to what is followed, or leave the rule out/,
  ],
  ["volume of an index", { metric: "volume", of: "DVOL" }, /DVOL has no volume/],
  ["a coin's dvol", { metric: "dvol", of: "BTCUSDT" }, /BTCUSDT is no index such as DVOL/],
  ["ticks of a pair", { timeframe: "tick" }, /rules\.0\.timeframe.*tick is for price only/],
  [
    "hours of a minute's metric",
    { metric: "vwap-distance", of: "ES", timeframe: "1h" },
    /must be one of 1m for vwap-distance/,
  ],
  ["a window too short", { window: 10 }, /rules\.0\.window \(wide\): must be at least 20/],
  ["a window of a price", { metric: "price", of: "ES", window: 5 }, /must be left out for price/],
  ["a horizon of a spread", { horizon: 5 }, /rules\.0\.horizon \(wide\): must be left out/],
];

for (const [what, change, expected] of WRONG) {
  Deno.test(`a rule with ${what} is refused by name, key and remedy`, () => {
    const channels = { desk: { kind: "webhook" } };
    assert.throws(
      () => configured({ ...RULE, ...change }, channels),
      (error) =>
        error instanceof ConfigError && expected.test(error.message) || assert.fail(`${error}`),
    );
  });
}

Deno.test("an address where the name of a channel belongs is refused and not shown", () => {
  const address = "https://hooks.example/services/MARKED99";
  const given: readonly unknown[] = [address, [address], [{ kind: "webhook", url: address }]];
  for (const notify of given) {
    assert.throws(
      () => configured({ ...RULE, notify }),
      (error) =>
        error instanceof ConfigError && /rules\.0\.notify/.test(error.message) &&
        !Deno.inspect(error, { depth: 9 }).includes("MARKED99"),
    );
    assert.throws(
      () => parseRule({ ...RULE, notify }, { instruments: INSTRUMENTS, channels: ["desk"] }),
      (error) =>
        error instanceof RangeError && !Deno.inspect(error, { depth: 9 }).includes("MARKED99"),
    );
  }
});

Deno.test("two rules of one name are refused", () => {
  assert.throws(
    () => parseConfig({ overrides: { alerts: { rules: [RULE, RULE] } } as object }),
    /alerts\.rules.*wide is there twice/,
  );
});

Deno.test("silence and offset watch an instrument or a venue", () => {
  for (const metric of ["silence", "offset"]) {
    for (const  of of["ES", "ibkr"]) {
      assert.equal(configured({ ...RULE, metric, of, fire: "above 60" })[0]!.of, of);
    }
    assert.throws(() => configured({ ...RULE, metric, of: "kraken" }), /must be one of .*ibkr/);
  }
});

Deno.test("a rule of a notebook is refused by key, too", () => {
  const scope = { instruments: INSTRUMENTS };
  assert.equal(parseRule(RULE, scope).window, 60);
  assert.throws(() => parseRule({ ...RULE, fier: 1 }, scope), /no key fier; did you mean fire\?/);
  assert.throws(() => parseRule({ ...RULE, of: "ES" }, scope), /of of rule wide: must be a pair/);
  assert.throws(() => parseRule(null, scope), RangeError);
});
