import assert from "node:assert/strict";
import { parse as parseYaml } from "yaml";
import fc from "fast-check";
import { MarketError } from "../../lib/model/errors.ts";
import {
  ConfigError,
  type ConfigOverrides,
  loadConfig,
  parseConfig,
} from "../../lib/feeds/config.ts";
import { variableOf } from "../../lib/runtime/config_keys.ts";
import { projectPath, systemFiles } from "../../lib/runtime/files.ts";

const EXAMPLE = projectPath("notebooks/config.example.yaml");

Deno.test("parseConfig gives the documented defaults, which the example file repeats", async () => {
  const defaults = parseConfig();
  assert.equal(defaults.source, "simulated");
  assert.deepEqual(defaults.ibkr.futures, [
    { symbol: "ES", exchange: "CME" },
    { symbol: "NQ", exchange: "CME" },
  ]);
  const yaml = await systemFiles.readText(EXAMPLE);
  assert.deepEqual(parseConfig({ yaml }), defaults);
  assert.deepEqual(parseYaml(yaml), defaults, "every key must be there");
});

Deno.test("parseConfig lays YAML, environment and overrides over the defaults, in that order", () => {
  const config = parseConfig({
    yaml: "ibkr: { port: 4001, clientId: 5 }",
    env: { COMOVE_IBKR_PORT: "7497", COMOVE_BINANCE_SYMBOLS: "[ETHUSDT]", PATH: "/bin" },
    overrides: { ibkr: { port: 7496 } },
  });
  assert.equal(config.ibkr.port, 7_496);
  assert.equal(config.ibkr.clientId, 5);
  assert.equal(config.ibkr.host, "127.0.0.1");
  assert.deepEqual(config.binance.symbols, ["ETHUSDT"]);
});

/** The message for a YAML text or environment that cannot be used. */
function complaint(sources: Parameters<typeof parseConfig>[0]): string {
  try {
    parseConfig(sources);
  } catch (error) {
    return (error as Error).message;
  }
  return "no complaint";
}

Deno.test("parseConfig names key, rule and value, and the key that was meant", () => {
  const cases: [string, RegExp][] = [
    ["ibkr: { prot: 4002 }", /unknown key ibkr\.prot in mine\.yaml; did you mean ibkr\.port\?/],
    ["sauce: live", /unknown key sauce/],
    [
      "ibkr: { port: 99999 }",
      /ibkr\.port in mine\.yaml: must be a whole number from 1 to 65535, got 99999/,
    ],
    ["ibkr: { port: '4002' }", /ibkr\.port.*must be a whole number from 1 to 65535, got "4002"/],
    ["store: { kind: postgres }", /store\.url must be set with store\.kind: postgres/],
    ["store: { kind: postgres, url: 'http://a/b' }", /store\.url must begin with postgres:\/\//],
    ["store: { kind: postgres, url: 'postgres://u@h/d' }", /store\.url must name its password/],
    [
      "store: { kind: postgres, url: 'postgres://u:p@h/d', path: a.db }",
      /store\.path must be null with store\.kind: postgres, got a\.db/,
    ],
    [
      "store: { kind: sqlite, url: 'postgres://u:p@h/d' }",
      /store\.url must be null with store\.kind/,
    ],
    ["source: paper", /source.*must be one of simulated, live, replay, bus, store, got "paper"/],
    [
      "binance: { restUrl: api }",
      /binance\.restUrl.*must be a https:\/\/ or http:\/\/ address, got "api"/,
    ],
    ["binance: { symbols: [btcusdt] }", /binance\.symbols\.0.*upper-case.*got "btcusdt"/],
    [
      "ibkr: { manualExpiry: soon }",
      /ibkr\.manualExpiry.*must be YYYYMM, YYYYMMDD or null, got "soon"/,
    ],
    ["clock: { speed: 0 }", /clock\.speed.*must be a number above 0, got 0/],
    ["simulator: { start: '2025-12-03T14:00' }", /simulator\.start.*time with a zone/],
    ["a: [b", /not valid YAML/],
    ["- 4", /must hold keys and values/],
  ];
  for (const [yaml, message] of cases) {
    assert.match(complaint({ yaml, file: "mine.yaml" }), message);
  }
  assert.match(
    complaint({ env: { COMOVE_IBKR_PROT: "1" } }),
    /unknown environment variable COMOVE_IBKR_PROT; did you mean COMOVE_IBKR_PORT\?/,
  );
  // What env:COMOVE_SECRET_… refers to is no key.
  assert.doesNotThrow(() => parseConfig({ env: { COMOVE_SECRET_TELEGRAM: "{ x: [" } }));
});

Deno.test("parseConfig allows other speeds only against simulators on this machine", () => {
  assert.match(complaint({ yaml: "{source: live, clock: {speed: 60}}" }), /clock\.speed must be 1/);
  const local = `
source: live
clock: { speed: 60 }
binance: { streamUrl: "ws://127.0.0.1:9080", restUrl: "http://localhost:9080" }`;
  assert.equal(parseConfig({ yaml: local }).clock.speed, 60);
  assert.equal(parseConfig({ yaml: "clock: { speed: 60 }" }).clock.speed, 60, "simulated");
});

Deno.test("loadConfig says which file it could not read", async () => {
  await assert.rejects(
    loadConfig({ file: "/no/such.yaml", env: {} }),
    /\/no\/such\.yaml cannot be read/,
  );
});

Deno.test("ConfigError is a MarketError that waits for the user", () => {
  const error = new ConfigError("x must be y");
  assert.ok(error instanceof MarketError);
  assert.equal(error.code, "config");
  assert.equal(error.remedy, "configure");
  assert.equal(error.message, "Configuration: x must be y.");
  assert.throws(() => parseConfig({ yaml: "sauce: live" }), ConfigError);
});

Deno.test("parseConfig names the source that gave the bad value", () => {
  const port = { ibkr: { port: 0 } };
  assert.match(complaint({ overrides: port }), /ibkr\.port in the given options: must be/);
  const env = { COMOVE_IBKR_PORT: "0" };
  assert.match(complaint({ env, yaml: "ibkr: { port: 1 }" }), /ibkr\.port in COMOVE_IBKR_PORT: /);
  assert.match(complaint({ yaml: "ibkr: { port: 0 }", file: "a.yaml", env: {} }), /in a\.yaml: /);
  const overrides = { sauce: 1 } as ConfigOverrides;
  assert.match(complaint({ overrides }), /unknown key sauce in the given options/);
});

Deno.test("parseConfig guesses what was meant, and does not guess wildly", () => {
  const cases: [string, RegExp][] = [
    ["ibkr: { clientid: 4 }", /did you mean ibkr\.clientId\?/],
    ["port: 4001", /unknown key port .*did you mean ibkr\.port\?/],
    ["binance: { clientId: 4 }", /did you mean ibkr\.clientId\?/],
    ["ibkr: { futures: [{ sybmol: ES, exchange: CME }] }", /did you mean ibkr\.futures\.symbol\?/],
    ["log: { dri: out }", /did you mean log\.dir\?/],
    ["corelation: {}", /did you mean correlation\?/],
    ["zebra: 1", /unknown key zebra in the configuration\.$/],
    ["__proto__: { polluted: true }", /unknown key __proto__ in the configuration\.$/],
    ["clock: { __proto__: 1 }", /unknown key clock\.__proto__/],
    ["constructor: 1", /unknown key constructor/],
  ];
  for (const [yaml, message] of cases) assert.match(complaint({ yaml }), message, yaml);
  assert.match(complaint({ env: { COMOVE_ZEBRA: "1" } }), /variable COMOVE_ZEBRA\.$/);
});

Deno.test("parseConfig knows rules that need the whole list or several keys", () => {
  const cases: [string, RegExp][] = [
    ["binance: { symbols: [BTCUSDT, BTCUSDT] }", /symbols.*once, and BTCUSDT is there twice/],
    [
      "ibkr: { futures: [{symbol: ES, exchange: CME}, {symbol: ES, exchange: CME}] }",
      /ES is there/,
    ],
    ["data: { timeframes: [] }", /timeframes.*at least one timeframe, got \[\]/],
    ["data: { timeframes: [2m] }", /must be one of 1m, 5m, 15m, 1h, got "2m"/],
    ["correlation: { windows: { 1m: 3 } }", /windows\.1m.*whole number from 4 to 10000, got 3/],
    ["correlation: { pairs: [BTCUSDT] }", /pairs\.0.*two instruments, such as BTCUSDT\/ES/],
    ["correlation: { pairs: [ES/ES] }", /pairs\.0.*must name two instruments/],
    ["correlation: { pairs: [ES/NQ, ES/NQ] }", /pairs.*once, and ES\/NQ is there twice/],
    [
      "correlation: { pairs: [BTCUSDT/ES, BTCUSDT/RTY] }",
      /correlation\.pairs must be pairs of BTCUSDT, ES, NQ and DVOL, got BTCUSDT\/RTY; add RTY to what/,
    ],
    ["binance: { symbols: [] }\nibkr: { futures: [] }", /must name at least one instrument/],
    ["ibkr: 5", /ibkr in .*must be keys and values, got 5/],
    ["ibkr: { futures: ES }", /ibkr\.futures.*must be a list, got "ES"/],
    ["ibkr: { futures: [ES] }", /ibkr\.futures\.0.*must be \{ symbol, exchange \}.*got "ES"/],
    ["clock: { speed: .nan }", /clock\.speed.*must be a number above 0, got null/],
    ["a: 1\na: 2", /not valid YAML: Map keys must be unique/],
  ];
  for (const [yaml, message] of cases) assert.match(complaint({ yaml }), message, yaml);
});

Deno.test("parseConfig takes an empty section, an empty file and an unquoted month", () => {
  assert.deepEqual(parseConfig({ yaml: "ibkr:\ncorrelation:\n  windows:\n" }), parseConfig());
  assert.deepEqual(parseConfig({ yaml: "# nothing\n" }), parseConfig());
  assert.equal(parseConfig({ yaml: "ibkr: { manualExpiry: 202612 }" }).ibkr.manualExpiry, "202612");
  assert.deepEqual(
    parseConfig({ yaml: "correlation: { windows: { 5m: 12 } }" }).correlation.windows,
    { "1m": 60, "5m": 12, "15m": 32, "1h": 24 },
  );
});

Deno.test("parseConfig reads lists and maps from the environment, and ignores what is empty", () => {
  const config = parseConfig({
    env: {
      COMOVE_CORRELATION_WINDOWS: "{ 1m: 30, 1h: 8 }",
      COMOVE_CORRELATION_WINDOWS_1H: "12",
      COMOVE_IBKR_FUTURES: "[{ symbol: MES, exchange: CME }]",
      COMOVE_IBKR_MANUAL_EXPIRY: "202612",
      COMOVE_BINANCE_STREAM_URL: "wss://data-stream.binance.vision",
      COMOVE_LOG_LEVEL: "",
    },
  });
  assert.deepEqual(config.correlation.windows, { "1m": 30, "5m": 48, "15m": 32, "1h": 12 });
  assert.deepEqual(config.ibkr.futures, [{ symbol: "MES", exchange: "CME" }]);
  assert.equal(config.ibkr.manualExpiry, "202612");
  assert.equal(config.binance.streamUrl, "wss://data-stream.binance.vision");
  assert.equal(config.log.level, "info");
});

Deno.test("parseConfig takes every key of the defaults from the environment", () => {
  const defaults = parseConfig() as unknown as Record<string, unknown>;
  const leaves = (value: unknown, path: string[]): [string[], unknown][] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
      : [[path, value]];
  const all = leaves(defaults, []);
  assert.ok(all.length >= 24, "every section must be there");
  const env = Object.fromEntries(all.map(([path, value]) => [
    variableOf(path),
    JSON.stringify(value),
  ]));
  assert.deepEqual(parseConfig({ env }), defaults);
  assert.equal(variableOf(["ibkr", "clientId"]), "COMOVE_IBKR_CLIENT_ID");
});

Deno.test("parseConfig gives each caller defaults of its own", () => {
  parseConfig().binance.symbols.push("DOGEUSDT");
  assert.deepEqual(parseConfig().binance.symbols, ["BTCUSDT"]);
});

Deno.test("parseConfig gives a configuration or a ConfigError, whatever the YAML", () => {
  const piece = fc.constantFrom(
    ..."ibkr: |port|: |{ |}|[|]|\n|  |- |4002|null|&a |*a|!!binary |'|\"|source|live|#|,".split(
      "|",
    ),
  );
  const yaml = fc.oneof(fc.string(), fc.array(piece).map((pieces) => pieces.join("")));
  fc.assert(fc.property(yaml, (yaml) => {
    try {
      parseConfig({ yaml });
    } catch (error) {
      assert.ok(error instanceof ConfigError, String(error));
    }
  }));
});

Deno.test("loadConfig reads the named file, and the usual one only where it exists", async () => {
  const asked: string[] = [];
  const files = {
    ...systemFiles,
    readText(path: string) {
      asked.push(path);
      return Promise.resolve("ibkr: { port: 7497 }");
    },
    exists: () => Promise.resolve(false),
  };
  assert.equal((await loadConfig({ files, env: {} })).ibkr.port, 4_002);
  assert.equal((await loadConfig({ files, env: {}, file: "mine.yaml" })).ibkr.port, 7_497);
  const there = { ...files, exists: () => Promise.resolve(true) };
  assert.equal((await loadConfig({ files: there, env: {} })).ibkr.port, 7_497);
  const none = { COMOVE_CONFIG_FILE: "" }, other = { COMOVE_CONFIG_FILE: "other.yaml" };
  assert.equal((await loadConfig({ files: there, env: none })).ibkr.port, 4_002);
  assert.equal((await loadConfig({ files, env: other })).ibkr.port, 7_497);
  assert.deepEqual(asked, ["mine.yaml", projectPath("notebooks/config.yaml"), "other.yaml"]);
});

Deno.test({
  name: "loadConfig does without the environment where it may not be read",
  permissions: { read: true, env: false },
  async fn() {
    const files = { ...systemFiles, exists: () => Promise.resolve(false) };
    assert.deepEqual(await loadConfig({ files }), parseConfig());
  },
});

Deno.test("parseConfig fills in the hosts of the Binance market, and alternatives to the usual hosts only", () => {
  const spot = parseConfig().binance;
  assert.deepEqual(spot.streamAlternatives, [
    "wss://stream.binance.com:443",
    "wss://data-stream.binance.vision",
  ]);
  assert.deepEqual(spot.restAlternatives, ["https://data-api.binance.vision"]);
  const usdm = parseConfig({ env: { COMOVE_BINANCE_MARKET: "usdm" } }).binance;
  assert.deepEqual(
    [usdm.streamUrl, usdm.restUrl, usdm.streamAlternatives, usdm.restAlternatives],
    ["wss://fstream.binance.com", "https://fapi.binance.com", [], []],
  );
  const mine = parseConfig({ yaml: 'binance: { streamUrl: "ws://127.0.0.1:9080" }' }).binance;
  assert.deepEqual(mine.streamAlternatives, [], "another venue's data would be mixed in");
  assert.deepEqual(mine.restAlternatives, ["https://data-api.binance.vision"]);
  const none = parseConfig({ yaml: "binance: { streamAlternatives: [] }" }).binance;
  assert.deepEqual(none.streamAlternatives, []);
});

Deno.test("parseConfig refuses a host of the other Binance market, where streams would stay silent", () => {
  assert.match(
    complaint({ yaml: 'binance: { market: usdm, streamUrl: "wss://stream.binance.com:9443" }' }),
    /binance\.market is usdm, and wss:\/\/stream\.binance\.com:9443 serves the other market/,
  );
  assert.match(
    complaint({ yaml: 'binance: { restUrl: "https://fapi.binance.com" }' }),
    /binance\.market is spot, and https:\/\/fapi\.binance\.com serves the other market/,
  );
  assert.match(
    complaint({ yaml: "binance: { streamAlternatives: [nowhere] }" }),
    /binance\.streamAlternatives.*must be a wss:\/\/ or ws:\/\/ address/,
  );
});

Deno.test("parseConfig refuses a future that the products table does not know, with what to add", () => {
  const of = (futures: string) => () => parseConfig({ yaml: `ibkr: { futures: [${futures}] }` });
  assert.throws(
    of("{ symbol: CL, exchange: NYMEX }"),
    /^.*ibkr\.futures\.0\.symbol in the configuration: must be one of the roots ES, MES, .*; to stream another, add its row to lib\/calendar\/products\.ts, got "?CL"?/,
  );
  assert.throws(
    of("{ symbol: ES, exchange: CME }, { symbol: GC, exchange: CME }"),
    /ibkr\.futures\.1\.exchange in the configuration: must be COMEX, where GC trades, got "?CME"?/,
  );
  const { futures } =
    of("{ symbol: ES, exchange: GLOBEX }, { symbol: GC, exchange: COMEX }")().ibkr;
  assert.deepEqual(futures.map(({ symbol }) => symbol), ["ES", "GC"]);
});
