import assert from "node:assert/strict";
import { doctor } from "../../../lib/cli/doctor.ts";
import { record } from "../../../lib/cli/record.ts";
import { replay } from "../../../lib/cli/replay.ts";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { instrumentsOf, settingsOf, venueOf } from "../../../lib/feeds/venues.ts";
import { startEmbeddedVenues } from "../../../lib/market/embedded_venues.ts";
import { instrumentLabel, shortLabels } from "../../../lib/market/instrument_label.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { createMarketModel } from "../../../lib/simulator/market_model.ts";
import { fakeTerminal } from "../../cli/fake_terminal.ts";
import { withTempFolder } from "../../support/temp_folder.ts";

const YAML = `
ibkr: { futures: [] }
binance: { symbols: [] }
deribit: { enabled: false }
coinbase: { symbols: [BTC-USD] }
kraken: { symbols: [BTC/USD, DOGE/EUR] }
`;

Deno.test("venues of pairs have ids of one form, labels by their names, and refuse what is no pair of theirs", () => {
  const config = parseConfig({ yaml: YAML });
  const instruments = instrumentsOf(config);
  assert.deepEqual(instruments.map(({ id, symbol }) => [id, symbol]), [
    ["BTC-USD@coinbase", "BTC-USD"],
    ["BTC-USD@kraken", "BTC/USD"],
    ["DOGE-EUR@kraken", "DOGE/EUR"],
  ]);
  assert.equal(instrumentLabel(instruments[1]!), "BTC/USD (Kraken)");
  assert.equal(shortLabels(instruments)("BTC-USD@coinbase"), "BTC/USD (Coinbase)");
  assert.throws(
    () => parseConfig({ yaml: YAML.replace("BTC/USD", "BTC-USD") }),
    /kraken\.symbols.* must be upper-case assets with \/ between them, such as BTC\/USD/,
  );
  const kraken = venueOf("kraken");
  const found = kraken.instrumentOf!("ETH-BTC@kraken", settingsOf(config, kraken));
  assert.deepEqual([found?.symbol, found?.currency], ["ETH/BTC", "BTC"]);
  for (const id of ["ETH-BTC@coinbase", "eth-btc@kraken", "ETHBTC@kraken", "ETH/BTC@kraken"]) {
    assert.equal(kraken.instrumentOf!(id, settingsOf(config, kraken)), undefined, id);
  }
});

Deno.test("doctor checks Coinbase and Kraken by what a client does, and names a symbol that they refuse", async () => {
  const truth = createMarketModel({ seed: 9, from: Date.UTC(2025, 11, 1) });
  const start = Date.UTC(2025, 11, 3, 15, 0);
  const venues = await startEmbeddedVenues({ truth, clock: systemClock, start });
  try {
    const [coinbase, kraken] = ["coinbase", "kraken"].map((id) =>
      `127.0.0.1:${venues.server(id).port}`
    );
    const yaml = (symbol: string) =>
      `source: live
ibkr: { futures: [] }
binance: { symbols: [] }
deribit: { enabled: false }
coinbase: { symbols: [BTC-USD], streamUrl: "ws://${coinbase}", restUrl: "http://${coinbase}" }
kraken: { symbols: [${symbol}], streamUrl: "ws://${kraken}/v2", restUrl: "http://${kraken}" }
`;
    await withTempFolder(async (dir) => {
      const outputOf = async (text: string) => {
        await Deno.writeTextFile(`${dir}/config.yaml`, text);
        const { terminal, out } = fakeTerminal();
        await doctor(["--config", `${dir}/config.yaml`], terminal);
        return out();
      };
      const healthy = await outputOf(yaml("BTC/USD"));
      for (const title of ["Coinbase", "Kraken"]) {
        assert.match(healthy, new RegExp(`^ok {3}${title} REST: .* answers$`, "m"));
        assert.match(healthy, new RegExp(`^ok {3}${title} stream: .* opens a WebSocket$`, "m"));
        assert.match(healthy, new RegExp(`^ok {3}${title} clock: .* keeps its own time$`, "m"));
      }
      const stray = await outputOf(yaml("BTC/NOSUCH"));
      assert.match(
        stray,
        /^fix {2}Kraken stream: .* refuses the subscription: Currency pair not supported BTC\/NOSUCH → check kraken\.symbols: /m,
      );
      const moved = await outputOf(yaml("BTC/USD").replace(`ws://${kraken}/v2`, `ws://${kraken}`));
      assert.match(moved, /^fix {2}Kraken stream: .* → check kraken\.streamUrl/m);
    });
  } finally {
    await venues.close();
  }
});

Deno.test("a recording of Coinbase and Kraken replays exactly", () =>
  withTempFolder(async (dir) => {
    const yaml = `clock: { speed: 120 }\ndata: { backfillHours: 1 }\n${YAML}`;
    await Deno.writeTextFile(`${dir}/config.yaml`, yaml);
    const live = fakeTerminal();
    const args = ["--config", `${dir}/config.yaml`, "--out", `${dir}/tapes`, "--minutes", "4"];
    assert.equal(await record(args, live.terminal), 0, live.err());
    const [, folder = ""] = /deno task replay (\S+)/.exec(live.out()) ?? [];
    const again = fakeTerminal();
    assert.equal(
      await replay([folder, "--export", `${dir}/again`], again.terminal),
      0,
      again.out() + again.err(),
    );
    assert.match(again.out(), /did exactly what it did/);
    const bars = await Deno.readTextFile(`${dir}/again/bars_BTC-USD@kraken_1m.csv`);
    assert.match(bars, /,replay\n/);
  }));
