import { frontMonth } from "../calendar/listed_contracts.ts";
import { LocalClock } from "../calendar/local_clock.ts";
import { findProduct } from "../calendar/products.ts";
import { DAY, MINUTE } from "../model/time.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import { type ClaimFolder, claimFolder as systemClaim } from "../runtime/output_folder.ts";
import { saveFiles } from "../runtime/save_files.ts";
import type { Terminal } from "../runtime/terminal.ts";
import type { MarketModel } from "../simulator/market_model.ts";
import { DEFAULT_START, modelOpeningAt } from "../simulator/opening.ts";
import { type OptionSpec, parseArguments, usageOf } from "./arguments.ts";

/** What the samples are made of. With the default settings the embedded market has the same minutes. */
export const SAMPLE = {
  seed: 84,
  from: Date.UTC(2025, 11, 2),
  to: Date.UTC(2025, 11, 4),
  symbols: ["BTCUSDT", "ETHUSDT", "ES", "NQ"],
} as const;

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  dir: { value: "DIR", help: "write there; default data-samples" },
  help: { help: "show this text" },
};

/** The outside world of {@link samples}. */
export interface SamplesPorts {
  readonly files?: Files;
  readonly claimFolder?: ClaimFolder;
}

/**
 * `deno task samples`: writes the sample files again, the same bytes each time.
 *
 * @returns exit code 0.
 * @throws {MarketError} for a bad command line, or a folder that cannot be written to.
 */
export async function samples(
  args: readonly string[],
  terminal: Terminal,
  { files = systemFiles, claimFolder = systemClaim }: SamplesPorts = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("samples", "Makes the files of data-samples again.", OPTIONS));
    return 0;
  }
  const dir = options.get("dir")?.[0] ?? "data-samples";
  const claim = await claimFolder(dir, "--dir");
  try {
    const contents = SAMPLE.symbols.map((symbol) => [`bars_${symbol}_1m.csv`, sampleBars(symbol)]);
    contents.push(["vendor_ES_1m.csv", vendorBars()]);
    await saveFiles(dir, Object.fromEntries(contents), {
      files,
      what: `What was to be written to ${dir}`,
      onSaved: (path) => terminal.out(`${path}\n`),
    });
  } finally {
    await claim.release();
  }
  return 0;
}

/** The minute bars of one sample as CSV; of a future, those of its front month. */
export function sampleBars(symbol: (typeof SAMPLE.symbols)[number]): string {
  const model = modelOpeningAt({ seed: SAMPLE.seed, start: DEFAULT_START, backfillMs: DAY });
  const lines = ["openTime,open,high,low,close,volume,trades"];
  for (let time: number = SAMPLE.from; time < SAMPLE.to; time += MINUTE) {
    const bar = model.minute(listedAs(symbol, model, time), time);
    if (bar === undefined) continue;
    const { open, high, low, close, volume, trades } = bar;
    lines.push([time, open, high, low, close, volume, trades].join(","));
  }
  return lines.join("\n") + "\n";
}

/** What {@link vendorBars} does to the bars of ES. */
const VENDOR = {
  from: Date.UTC(2025, 11, 3),
  zone: "America/Chicago",
  /** Points that the next contract month is above. */
  above: 58.25,
  /** Minutes that the vendor lacks. */
  lacks: { from: Date.UTC(2025, 11, 3, 15, 10), to: Date.UTC(2025, 11, 3, 15, 17) },
  /** A bad print: the high of this minute. */
  badAt: Date.UTC(2025, 11, 3, 18, 42),
  badBy: 25,
} as const;

/**
 * The last day of ES as another source might have it, to be compared: the next contract month, in Chicago's time without
 * saying so, seven minutes missing and one bad print.
 */
export function vendorBars(): string {
  const clock = new LocalClock(VENDOR.zone);
  const lines = ["Date,Open,High,Low,Close,Volume"];
  for (const line of sampleBars("ES").trim().split("\n").slice(1)) {
    const [time, open, high, low, close, volume] = line.split(",").map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (time < VENDOR.from || (time >= VENDOR.lacks.from && time < VENDOR.lacks.to)) continue;
    const { day, minute } = clock.at(time);
    const shown = new Date(day * DAY + minute * MINUTE).toISOString().slice(0, 16);
    const bad = time === VENDOR.badAt ? VENDOR.badBy : 0;
    const prices = [open, high + bad, low, close].map((price) => price + VENDOR.above);
    lines.push([shown.replace("T", " "), ...prices, volume].join(","));
  }
  return lines.join("\n") + "\n";
}

/** The symbol itself, or that of the future's front month. */
function listedAs(symbol: string, model: MarketModel, time: number): string {
  const product = findProduct(symbol);
  if (product === undefined) return symbol;
  const months = model.listings(time).flatMap(({ symbol: listed, root, lastTradeDate }) =>
    root === symbol && lastTradeDate !== undefined ? [{ listed, lastTradeDate }] : []
  );
  return frontMonth(product, months, time)?.listed ?? symbol;
}
