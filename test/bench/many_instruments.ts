/**
 * A market of 5, 20 and 50 instruments as a user runs it: `simulate --bars` with a file each, and `stream --export` in
 * a process of its own. Memory and processor time are that process's, by the kernel's books (Linux). `SIZES` and
 * `MINUTES` are taken from the environment.
 */
import { DAY } from "../../lib/model/time.ts";
import { startCommand } from "../support/command.ts";
import { barsCsv, manyBars } from "../support/many_bars.ts";
import { say } from "../support/say.ts";

const SIZES = (Deno.env.get("SIZES") ?? "5,20,50").split(",").map(Number);
const MINUTES = Number(Deno.env.get("MINUTES") ?? 20);
/** Minutes that bring the history and warm up the code before processor time is counted. */
const WARM_UP = 15;
/** A venue minute a second. */
const SPEED = 60;
const START = Date.UTC(2025, 11, 2);
const DAYS = 2;
const TICKS_PER_SECOND = 100;

/** Seconds of processor time, and resident memory now and at its highest, in MB. */
async function costOf(pid: number) {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const kilobytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
  return {
    seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    residentMb: kilobytes("VmRSS") / 1_024,
    peakMb: kilobytes("VmHWM") / 1_024,
  };
}

async function measure(count: number, folder: string): Promise<void> {
  const coins = manyBars({ count, start: START, minutes: DAYS * DAY / 60_000 });
  const files = await Promise.all(coins.map(async (coin) => {
    const file = `${folder}/${coin.symbol}.csv`;
    await Deno.writeTextFile(file, barsCsv(coin));
    return `${coin.symbol}=${file}`;
  }));
  const venue = startCommand("simulate", [
    ...files.flatMap((file) => ["--bars", file]),
    "--speed",
    `${SPEED}`,
    "--binance-port",
    "0",
    "--tws-port",
    "0",
  ]);
  try {
    await venue.until(/Simulated venues are up/, 60_000);
    const restUrl = /restUrl: "([^"]+)"/.exec(venue.out())![1]!;
    const config = `${folder}/config.yaml`;
    await Deno.writeTextFile(
      config,
      `source: live
clock: { speed: ${SPEED} }
deribit: { enabled: false }
ibkr: { futures: [] }
binance: { restUrl: "${restUrl}", streamUrl: "${restUrl.replace("http", "ws")}", symbols: [${
        coins.map(({ symbol }) => symbol).join()
      }] }
`,
    );
    const run = startCommand("stream", ["--config", config, "--export", `${folder}/out`]);
    const minutes = () => run.out().split("Correlation of log returns").length - 1;
    const past = async (wanted: number) => {
      for (const until = performance.now() + 120_000; minutes() < wanted;) {
        if (performance.now() > until) throw new Error(`no minutes:\n${run.err().slice(-2_000)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await past(WARM_UP);
    const before = await costOf(run.child.pid), from = minutes();
    await past(WARM_UP + MINUTES);
    const live = await costOf(run.child.pid), closed = minutes() - from;
    const stopped = performance.now();
    let exportMb = live.peakMb;
    const look = async () => {
      const { peakMb } = await costOf(run.child.pid);
      // One that has ended, and is not yet gone, has no memory.
      if (peakMb > exportMb) exportMb = peakMb;
    };
    const watch = setInterval(() => void look().catch(() => {}), 50);
    const code = await run.stop();
    clearInterval(watch);
    const pairs = count * (count - 1) / 2;
    say(
      `${count} instruments, ${pairs} pairs: live ${live.residentMb.toFixed(0)} MB (peak ${
        live.peakMb.toFixed(0)
      }), ${
        (1e3 * (live.seconds - before.seconds) / closed).toFixed(0)
      } ms of processor a venue minute; export peak ${exportMb.toFixed(0)} MB, ${
        ((performance.now() - stopped) / 1e3).toFixed(1)
      } s, exit ${code}`,
    );
  } finally {
    await venue.stop();
  }
}

for (const count of SIZES) {
  const folder = await Deno.makeTempDir({ prefix: "comove-many-" });
  try {
    await measure(count, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
