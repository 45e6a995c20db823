import assert from "node:assert/strict";
import { doctor } from "../../lib/cli/doctor.ts";
import { record } from "../../lib/cli/record.ts";
import { simulate } from "../../lib/cli/simulate.ts";
import { stream } from "../../lib/cli/stream.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { venues } from "../../lib/feeds/venues.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { ticker } from "../../lib/notebook/panels/ticker.ts";
import { variableOf } from "../../lib/runtime/config_keys.ts";
import { until } from "../support/simulated_market.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

/** Runs the command until it has announced itself, then stops it. */
async function announced(args: readonly string[], body: (config: string) => Promise<void>) {
  const { terminal, out, err, stop } = fakeTerminal();
  const running = simulate([...args], terminal);
  running.catch(() => {});
  try {
    await until(() => /ibkr: /.test(out()), 5_000, err());
    await body(out().split("does:")[1]!);
  } finally {
    stop();
  }
  assert.equal(await running, 0);
}

Deno.test("simulate prints a configuration that points every venue at it, and says that it is simulated", () =>
  announced(["--tws-port", "0", "--binance-port=0", "--speed", "60"], async (yaml) => {
    const config = parseConfig({ yaml });
    assert.deepEqual([config.source, config.clock.speed], ["live", 60]);
    const sections = config as unknown as Record<string, unknown>;
    for (const { id, hosts, simulated } of venues()) {
      if (simulated === undefined) continue;
      for (const host of hosts(sections[id])) assert.match(host, /^127\.0\.0\.1:\d+$/, id);
    }
    for (const { restUrl } of [config.binance, config.usdm]) {
      const reply = await fetch(`${restUrl}/api/v3/ping`);
      assert.equal(reply.headers.get("x-comove-simulated"), "1");
      await reply.body?.cancel();
    }
    assert.deepEqual(config.binance.streamAlternatives, []);
  }));

Deno.test("what simulate prints streams data that is labelled simulated, by whatever name of this machine", () =>
  announced(["--tws-port", "0", "--binance-port=0", "--speed", "120"], async (printed) => {
    for (const name of ["127.0.0.1", "localhost"]) {
      await withTempFolder(async (dir) => {
        const yaml = printed.replaceAll("127.0.0.1", name);
        await Deno.writeTextFile(`${dir}/sim.yaml`, `${yaml}data: { backfillHours: 1 }\n`);
        const { terminal, out, err } = fakeTerminal();
        const args = ["--config", `${dir}/sim.yaml`, "--minutes", "2", "--export", `${dir}/out`];
        assert.equal(await stream(args, terminal), 0, err());
        assert.match(out(), /simulated data/, name);
        assert.doesNotMatch(out(), /live data/, name);
        for (const { name: file } of Deno.readDirSync(`${dir}/out`)) {
          if (!/^bars_/.test(file)) continue;
          const [, ...rows] = (await Deno.readTextFile(`${dir}/out/${file}`)).trim().split("\n");
          assert.ok(rows.length > 30, `${file} has ${rows.length} rows`);
          assert.ok(rows.every((row) => row.endsWith(",simulated")), file);
        }
      });
    }
  }));

Deno.test("what simulate prints is never labelled live by any way: variables, notebook, doctor, recording, replay, store", () =>
  announced(["--tws-port", "0", "--binance-port=0", "--speed", "120"], async (printed) => {
    await withTempFolder(async (dir) => {
      const written = async (name: string, yaml: string) => {
        const path = `${dir}/${name}.yaml`;
        await Deno.writeTextFile(path, `${yaml}data: { backfillHours: 1 }\n`);
        return path;
      };
      const stored = (name: string) => `store: { kind: sqlite, path: "${dir}/${name}.db" }\n`;
      const assertSimulated = async (out: string, exported: string) => {
        assert.match(out, /, simulated data:/, exported);
        assert.doesNotMatch(out, /, (?!simulated)\w+ data:/, exported);
        for (const id of ["BTCUSDT", "ES", "DVOL"]) {
          const rows = (await Deno.readTextFile(`${exported}/bars_${id}_1m.csv`)).trim().split(
            "\n",
          );
          assert.ok(rows.length > 30, `${exported} ${id}: ${rows.length} rows`);
          assert.ok(rows.slice(1).every((row) => row.endsWith(",simulated")), `${exported} ${id}`);
        }
        const { source } = JSON.parse(await Deno.readTextFile(`${exported}/manifest.json`));
        assert.equal(source, "simulated", exported);
      };

      const config = await written("live", `${printed}${stored("live")}`);
      const doctored = fakeTerminal();
      await doctor(["--config", config], doctored.terminal);
      assert.match(doctored.out(), /Data ES: live, of a simulated account/);
      assert.match(doctored.out(), /Clock: .* is a simulator/);

      const recorded = fakeTerminal();
      const args = ["--config", config, "--minutes", "2", "--out", `${dir}/tapes`];
      assert.equal(await record([...args, "--export", `${dir}/recorded`], recorded.terminal), 0);
      await assertSimulated(recorded.out(), `${dir}/recorded`);
      const [, folder = ""] = /deno task replay (\S+)/.exec(recorded.out()) ?? [];
      const path = `replay: { path: "${folder}", speed: max }\n`;
      const ways = [
        { name: "replay", yaml: `source: replay\n${path}${stored("replay")}`, source: "replay" },
        { name: "stored", yaml: `source: store\n${stored("live")}`, source: "simulated" },
        { name: "stored replay", yaml: `source: store\n${stored("replay")}`, source: "replay" },
      ];
      for (const { name, yaml, source } of ways) {
        const { terminal, out, err } = fakeTerminal();
        const exported = `${dir}/${name}`;
        const file = await written(name, yaml);
        assert.equal(await stream(["--config", file, "--export", exported], terminal), 0, err());
        const rows = (await Deno.readTextFile(`${exported}/bars_ES_1m.csv`)).trim().split("\n");
        assert.ok(
          rows.length > 30 && rows.slice(1).every((row) => row.endsWith(`,${source}`)),
          name,
        );
        assert.doesNotMatch(out(), /live data/, name);
      }

      const market = await openMarket({
        source: "live",
        configFile: config,
        store: { path: null },
      });
      await until(() => market.source === "simulated", 10_000, market.status().message);
      assert.match((await ticker(market).draw("id")).text, /SIMULATED/);
      await market.close();

      const env = Object.fromEntries(
        Object.entries(parseConfig({ yaml: printed })).flatMap(([section, values]) =>
          ["ibkr", "binance", "usdm", "deribit", "clock"].includes(section)
            ? Object.entries(values as object)
              .filter(([key]) => /^(host|port|url|streamUrl|restUrl|speed)$/.test(key))
              .map(([key, value]) => [variableOf([section, key]), String(value)])
            : []
        ),
      );
      const main = new URL("../../lib/cli/main.ts", import.meta.url);
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", main.href, "stream", "--minutes", "1"],
        env: { ...env, COMOVE_SOURCE: "live", COMOVE_DATA_BACKFILL_HOURS: "1" },
      }).output();
      const [streamed, failed] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assert.match(streamed!, /, simulated data:/, failed!);
    });
  }));

Deno.test("simulate listens where a configuration on this machine points, and where --port says", async () => {
  await withTempFolder(async (dir) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    await Deno.writeTextFile(`${dir}/config.yaml`, `ibkr: { port: ${port} }\n`);
    await announced(
      ["--config", `${dir}/config.yaml`, "--port", "usdm=0", "--port=binance=0"],
      (yaml) => {
        const config = parseConfig({ yaml });
        assert.equal(config.ibkr.port, port);
        assert.notEqual(config.binance.restUrl, config.usdm.restUrl);
        return Promise.resolve();
      },
    );
  });
});

Deno.test("simulate names what is wrong with a port, a venue and a fault script", async () => {
  const refused = (...args: string[]) => simulate(args, fakeTerminal().terminal);
  await assert.rejects(refused("--port", "nyse=1"), /--port must be VENUE=PORT with one of .*ibkr/);
  await assert.rejects(refused("--port", "usdm"), /port of usdm must be a whole number .* got \./);
  await assert.rejects(refused("--port", "usdm=70000"), /from 0 to 65535, got 70000/);
  await assert.rejects(refused("--tws-port", "x"), /port of ibkr must be .* got x/);
  await withTempFolder(async (dir) => {
    const script = [{ at: "+1s", venue: "nyse", kind: "drop" }];
    await Deno.writeTextFile(`${dir}/faults.json`, JSON.stringify(script));
    await assert.rejects(
      refused("--faults", `${dir}/faults.json`),
      /venue must be one of binance, usdm, .*ibkr/,
    );
  });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const taken = refused("--tws-port", "0", "--port", `usdm=${listener.addr.port}`);
    await assert.rejects(taken, /The simulated venues cannot listen: .*choose others with --port/);
  } finally {
    listener.close();
  }
});
