import { basename, resolve } from "node:path";
import { columnsOf } from "../../bars/bar_table.ts";
import type { BarsFile, ReadBarsOptions } from "../../bars/csv/read_bars_csv.ts";
import { PAGE } from "../../charts/page_theme.ts";
import type { Theme } from "../../charts/theme.ts";
import type { Market } from "../../market/market.ts";
import { type ByteFiles, systemByteFiles } from "../../runtime/byte_files.ts";
import type { BarComparison } from "../../store/compare/compare_bars.ts";
import {
  compareFile,
  compareStored,
  type FileCompareOptions,
  reachOf,
} from "../../store/compare/compare_file.ts";
import { comparisonHtml, comparisonPlain } from "../../store/compare/comparison_view.ts";
import { readBarsTable } from "../../store/import/read_bars_table.ts";
import { MOST_PACKED } from "../../store/import/unpacked.ts";
import type { StoreReader } from "../../store/store.ts";
import { assertOptions } from "../known_options.ts";
import type { Frame, Panel } from "../panel.ts";
import { marketPanel } from "./market_panel.ts";
import { isStore, storePanel } from "./store_panel.ts";

/** Options of {@link comparisonChart}. */
export interface ComparisonChartOptions
  extends FileCompareOptions, Partial<Pick<ReadBarsOptions, "zone" | "dates" | "scale" | "stamp">> {
  /** Whose bars. */
  readonly instrument: string;
  /** A file of bars of another source, from the notebook's folder; any that `importBars` reads. */
  readonly file: string;
  /** CSS px. @default 1100 */
  readonly width?: number;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof ComparisonChartOptions, true>> = {
  instrument: true,
  file: true,
  zone: true,
  dates: true,
  scale: true,
  stamp: true,
  tolerance: true,
  volumeTolerance: true,
  share: true,
  worst: true,
  width: true,
  theme: true,
};

/**
 * Bars of a market or a store against those of another source, of TradingView, a vendor or another venue: whether and
 * by how much the times are shifted, what the prices and volumes of the one are of the other's, the differences bar by
 * bar, what either side lacks, and the worst bars. The file is read once.
 *
 * @param ports.files the disk. @default the machine's
 * @throws {TypeError} without an instrument or a file. What is wrong with the file is said in the panel.
 */
export function comparisonChart(
  of: Market | StoreReader,
  options: ComparisonChartOptions,
  { files = systemByteFiles }: { readonly files?: Pick<ByteFiles, "read"> } = {},
): Panel {
  assertOptions("comparisonChart", options, OPTIONS);
  for (const name of ["instrument", "file"] as const) {
    if (typeof options[name] === "string" && options[name] !== "") continue;
    throw new TypeError(`comparisonChart needs ${name}, a text, got ${options[name]}`);
  }
  const { instrument, file: path } = options;
  let reading: Promise<BarsFile> | undefined;
  const fileOf = () => reading ??= readFile(path, options, files);
  const again = (next: object) => comparisonChart(next as Market | StoreReader, options, { files });
  if (isStore(of)) {
    return storePanel(of, async () => {
      const comparison = await compareStored(of, instrument, await fileOf(), options);
      return { frame: frameOf(comparison, "the store", options), dataTime: comparison.ours.to };
    }, again);
  }
  return marketPanel(of, {
    again,
    instruments: [instrument],
    on: ["heal"],
    tellsAge: true,
    async draw() {
      const file = await fileOf();
      const ours = columnsOf(of.bars(instrument, reachOf(file)));
      const kind = of.instruments.find(({ id }) => id === instrument)?.kind;
      const comparison = compareFile(ours, file, { ...options, hasContracts: kind === "future" });
      return frameOf(comparison, "this market", options);
    },
  });
}

async function readFile(
  path: string,
  { zone, dates, scale, stamp }: ComparisonChartOptions,
  files: Pick<ByteFiles, "read">,
): Promise<BarsFile> {
  const bytes = await files.read(resolve(path), { mostPacked: MOST_PACKED });
  return await readBarsTable(bytes, { file: basename(path), zone, dates, scale, stamp });
}

function frameOf(
  comparison: BarComparison,
  ours: string,
  { instrument, file, width, theme = PAGE }: ComparisonChartOptions,
): Frame {
  const named = { instrument, names: { ours, theirs: basename(file) }, comparison };
  return {
    html: comparisonHtml(named, { theme, ...(width === undefined ? {} : { width }) }),
    text: comparisonPlain(named),
  };
}
