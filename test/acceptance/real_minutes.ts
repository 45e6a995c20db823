/** Real minutes through the whole system: served, streamed, exported, and compared with pandas. */
import assert from "node:assert/strict";
import { startCommand } from "../support/command.ts";
import { sharedData } from "../support/shared_data.ts";

const SPEED = 7_200;
const ES = sharedData("overlap/w3_2026_frd_ES_1min.csv.gz");
const BTC = sharedData("overlap/w3_2026_frd_BTC_1min.csv.gz");
/** 2026-01-26 23:00 UTC, a day after both files begin, to the end of the ES file. */
const MINUTES = 19_890;

Deno.test({
  name: "stream exports the real minutes as they are, and correlations equal to pandas'",
  ignore: ES === undefined || BTC === undefined,
  async fn() {
    const dir = await Deno.makeTempDir();
    const venues = startCommand("simulate", [
      ...["--bars", `ES=${ES}`, "--bars", `BTCUSDT=${BTC}`, "--speed", `${SPEED}`],
      ...["--tws-port", "0", "--binance-port", "0"],
    ]);
    try {
      await venues.until(/restUrl:.*\n/, 20_000);
      const yaml = venues.out().slice(venues.out().indexOf("source:"));
      const [, twsPort] = /port: (\d+)/.exec(yaml)!;
      const futures =
        `ibkr: { host: 127.0.0.1, port: ${twsPort}, futures: [{ symbol: ES, exchange: CME }] }`;
      await Deno.writeTextFile(`${dir}/config.yaml`, yaml.replace(/ibkr: .*/, futures));
      const stream = startCommand("stream", [
        ...["--config", `${dir}/config.yaml`, "--minutes", `${MINUTES}`, "--export", dir],
      ]);
      assert.equal(await stream.exit, 0, stream.err().slice(-4_000));
      const compare = await new Deno.Command(Deno.env.get("PYTHON") ?? "python3", {
        args: [
          new URL("../golden/compare_correlation.py", import.meta.url).pathname,
          ...["--bars", `BTCUSDT=${BTC}`, "--bars", `ES=${ES}`, "--export", dir],
        ],
        stdout: "inherit",
        stderr: "inherit",
      }).output();
      assert.equal(compare.code, 0, "the comparison with pandas failed");
    } finally {
      await venues.stop();
      await Deno.remove(dir, { recursive: true });
    }
  },
});
