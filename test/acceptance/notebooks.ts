/**
 * The notebooks in real Deno kernels. Part of `deno task acceptance`; `RENDERS=50` repeats the headless runs as
 * often.
 */
import assert from "node:assert/strict";
import { Kernel } from "../../lib/kernel/kernel.ts";
import type { KernelMessage } from "../../lib/kernel/message.ts";
import { parseNotebook } from "../../lib/kernel/notebook_file.ts";
import { withParameters } from "../../lib/kernel/parameters.ts";
import { runNotebook } from "../../lib/kernel/run_notebook.ts";
import { leastOutputs } from "../support/expected_outputs.ts";
import { say } from "../support/say.ts";

const cwd = new URL("../../notebooks", import.meta.url).pathname;
/** What a page and a kernel bear without stalling is 200 kB a second; here minutes come at sixty times the real rate. */
const MOST_BYTES_PER_SECOND = 240_000;
const NAMES = [
  "01_ibkr_streaming",
  "02_binance_streaming",
  "03_unified_streaming",
  "04_live_correlation",
  "05_desk",
  "06_evidence",
  "07_pairs",
];
const RENDERS = Number(Deno.env.get("RENDERS") ?? 1);

for (const name of NAMES) {
  Deno.test(`${name} runs headless ${RENDERS} times with every output present`, async () => {
    const text = await Deno.readTextFile(`${cwd}/${name}.ipynb`);
    const parameters = { RUN_SECONDS: 1, SPEED: 120 };
    const notebook = withParameters(parseNotebook(text, { name }), parameters);
    for (let run = 0; run < RENDERS; run++) {
      const { notebook: done, failure } = await runNotebook(notebook, { cwd });
      assert.equal(failure, undefined);
      for (const cell of done.cells) {
        if (cell.cell_type !== "code") continue;
        const { outputs } = cell;
        const firstLine = cell.source.split("\n")[0];
        assert.ok(outputs.length >= leastOutputs(cell), `${firstLine}: ${outputs.length} outputs`);
        assert.ok(
          outputs.every((output) => output.output_type === "display_data"),
          `${firstLine}: ${outputs.map((output) => output.output_type)}`,
        );
      }
    }
  });
}

Deno.test("08_alerts shows one alert from its rule to its resolution, delivered and signed", async () => {
  const text = await Deno.readTextFile(`${cwd}/08_alerts.ipynb`);
  const notebook = withParameters(parseNotebook(text, { name: "08_alerts" }), { RUN_SECONDS: 1 });
  const since = performance.now();
  const { notebook: done, failure } = await runNotebook(notebook, { cwd });
  say(`08_alerts took ${((performance.now() - since) / 1_000).toFixed(0)} s`);
  assert.equal(failure, undefined);
  const shown = done.cells.flatMap((cell) =>
    cell.cell_type !== "code"
      ? []
      : cell.outputs.map((output) =>
        output.output_type === "display_data" ? String(output.data["text/plain"] ?? "") : "none"
      )
  );
  const said = shown.join("\n");
  assert.ok(!shown.includes("none"), "every output is a display");
  assert.match(said, /^It went: firing, resolved$/m);
  assert.match(said, /^apart\/BTCUSDT\/ES\/\d+:firing: signed, answered 200; .*:resolved: signed/m);
  assert.match(said, /✓ resolved +apart .*desk: firing delivered .* desk: resolved delivered/);
  const [, minutes] = /That is (\d+) minutes after the break/.exec(said)!;
  assert.ok(Number(minutes) > 0 && Number(minutes) < 60, `${minutes} minutes`);
});

/** A kernel with a market and two live panels at 60 venue seconds a second. */
const OPEN = `import { keep, live, openMarket, priceChart, correlationTable, setup, traffic, wait }
  from "../lib/mod.ts";
await setup();
const market = await keep("market", () => openMarket({ clock: { speed: 60 } }));`;
const LIVE =
  `await live("prices", priceChart(market)); await live("table", correlationTable(market));`;

class Outputs {
  readonly texts: string[] = [];
  readonly take = ({ type, content }: KernelMessage): void => {
    if (type === "stream") this.texts.push(String(content.text));
  };
}

async function run(kernel: Kernel, code: string): Promise<void> {
  const reply = await kernel.execute(code).reply;
  assert.ok(reply.isOk, reply.evalue);
}

Deno.test("100 presses of Stop on live cells leave the kernel and its variables alive", async () => {
  const heard = new Outputs();
  await using kernel = await Kernel.start({ cwd, onMessage: heard.take });
  await run(kernel, OPEN);
  for (let press = 1; press <= 100; press++) {
    if (press % 10 === 1) await run(kernel, LIVE);
    const waiting = press % 2 === 0 ? kernel.execute("await wait(5_000)") : undefined;
    await new Promise((resolve) => setTimeout(resolve, 20));
    kernel.interrupt();
    const reply = await waiting?.reply;
    if (reply !== undefined) assert.equal(reply.ename, "AbortError", `press ${press}`);
  }
  await run(kernel, `console.log("minutes", market.bars("ES").length > 100)`);
  await kernel.fence().reply;
  assert.deepEqual(heard.texts, ["minutes true\n"]);
});

Deno.test("five reruns of a live cell leave one panel of each name", async () => {
  const heard = new Outputs();
  await using kernel = await Kernel.start({ cwd, onMessage: heard.take });
  await run(kernel, OPEN);
  for (let i = 0; i < 5; i++) await run(kernel, LIVE);
  await run(
    kernel,
    `import { handles } from "../lib/mod.ts";
    console.log(handles().map((handle) => handle.name).join(" "))`,
  );
  await kernel.fence().reply;
  assert.deepEqual(heard.texts, ["prices table\n"]);
});

Deno.test("an hour's minutes in a minute stay within the page's budget", async () => {
  const heard = new Outputs();
  await using kernel = await Kernel.start({ cwd, onMessage: heard.take });
  await run(kernel, OPEN);
  await run(
    kernel,
    `import { correlationChart, tradingView, windowExplorer } from "../lib/mod.ts"; ${LIVE}
    await live("pair", tradingView(market, { instruments: ["BTCUSDT", "ES"] }));
    await live("lines", correlationChart(market));
    await live("knobs", windowExplorer(market));`,
  );
  await run(kernel, "await wait(20_000); console.log(JSON.stringify(traffic()))");
  await kernel.fence().reply;
  const sent = JSON.parse(heard.texts.join(""));
  // At this speed a minute closes each second: sixty times the rate of a real market.
  say(`five panels, one venue minute a second: ${(sent.bytesPerSecond / 1_000).toFixed(0)} kB/s`);
  assert.ok(sent.bytesPerSecond < MOST_BYTES_PER_SECOND, `${sent.bytesPerSecond} bytes a second`);
});
