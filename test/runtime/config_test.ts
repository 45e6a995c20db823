import assert from "node:assert/strict";
import { isLoopback, loadConfig, parseConfig } from "../../lib/runtime/config.ts";
import { systemFiles } from "../../lib/runtime/files.ts";

const EXAMPLE = new URL("../../notebooks/config.example.yaml", import.meta.url).pathname;

Deno.test("parseConfig gives the documented defaults, which the example file repeats", async () => {
  const defaults = parseConfig();
  assert.equal(defaults.source, "simulated");
  assert.deepEqual(defaults.ibkr.futures, [
    { symbol: "ES", exchange: "CME" },
    { symbol: "NQ", exchange: "CME" },
  ]);
  assert.deepEqual(parseConfig({ yaml: await systemFiles.readText(EXAMPLE) }), defaults);
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
    ["ibkr: { port: 99999 }", /ibkr\.port in mine\.yaml: must be <=65535, got 99999/],
    ["ibkr: { port: '4002' }", /ibkr\.port.*must be number, got "4002"/],
    ["source: paper", /source.*must be one of.*simulated.*got "paper"/],
    [
      "binance: { restUrl: api }",
      /binance\.restUrl.*must be a https:\/\/ or http:\/\/ address, got "api"/,
    ],
    ["binance: { symbols: [btcusdt] }", /binance\.symbols\.0.*upper-case.*got "btcusdt"/],
    ["ibkr: { manualExpiry: soon }", /ibkr\.manualExpiry.*must be YYYYMM or YYYYMMDD, got "soon"/],
    ["clock: { speed: 0 }", /clock\.speed.*must be >0, got 0/],
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

Deno.test("isLoopback knows this machine from others", () => {
  for (const name of ["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]"]) {
    assert.ok(isLoopback(name));
  }
  for (const name of ["10.0.0.1", "localhost.example.com", "128.0.0.1"]) {
    assert.ok(!isLoopback(name));
  }
});

Deno.test("loadConfig says which file it could not read", async () => {
  await assert.rejects(
    loadConfig({ file: "/no/such.yaml", env: {} }),
    /\/no\/such\.yaml cannot be read/,
  );
});
