import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { type InstrumentReport, MarketReporter } from "../../market/market_report.ts";
import type { Panel } from "../panel.ts";
import { marketPanel } from "./market_panel.ts";
import { countText } from "./numbers.ts";
import { tableFrame } from "./table_frame.ts";

const COLUMNS = [
  "",
  "minutes",
  "missing",
  "healed",
  "flat",
  "spikes",
  "moves",
  "no trade",
  "verdict",
];

/** Is it the market or is it me? Each instrument's data examined, with one sentence on what is missing and why. */
export function reportTable(market: Market): Panel {
  const reporter = new MarketReporter(market);
  return marketPanel(market, {
    again: reportTable,
    on: ["minute", "gap", "heal", "transition"],
    tellsAge: true,
    draw() {
      const labelOf = shortLabels(market.instruments);
      const { instruments, verdict } = reporter.report();
      // The verdict quotes the gravest loss already.
      const losses = instruments.flatMap(({ instrument, losses }) =>
        losses.filter(({ sentence }) => !verdict.sentence.includes(sentence)).slice(-MAX_LOSSES)
          .map(({ sentence }) => `${labelOf(instrument)}: ${sentence}`)
      );
      return tableFrame(
        "Is it the market or is it me?",
        COLUMNS,
        instruments.map((one) => [labelOf(one.instrument), ...cellsOf(one)]),
        {
          note: [verdict.sentence, ...losses].join("\n"),
        },
      );
    },
  });
}

/** Stretches named for each instrument, the newest. */
const MAX_LOSSES = 3;

function cellsOf({ coverage, data, losses, verdict }: InstrumentReport): string[] {
  const count = (kind: string) =>
    data.findings.find((finding) => finding.kind === kind)?.count ?? 0;
  const missing = losses.reduce((sum, { minutes }) => sum + minutes, 0);
  const numbers = [
    data.bars,
    missing,
    coverage.healed,
    count("flat"),
    count("spike"),
    count("move"),
  ];
  const idle = Number.isNaN(data.zeroVolumeShare)
    ? "–"
    : `${(100 * data.zeroVolumeShare).toFixed(1)} %`;
  return [
    ...numbers.map(countText),
    idle,
    VERDICTS[verdict.cause],
  ];
}

const VERDICTS = {
  nothing: "all there",
  market: "the market",
  connection: "the connection",
  data: "the data",
  unknown: "not known yet",
  stop: "stopped",
} as const;
