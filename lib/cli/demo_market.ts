import type { Market } from "../market/market.ts";
import type { MarketEvent, MinuteEvent } from "../market/market_event.ts";
import { openMarket } from "../market/open_market.ts";
import { compareWithTruth, type TruthCheck } from "../market/truth_check.ts";
import { alignedLines } from "../model/text_columns.ts";
import { formatUtc, HOUR, MINUTE } from "../model/time.ts";
import { type Clock, sleep, systemClock } from "../runtime/clock.ts";
import { parseConfig } from "../feeds/config.ts";
import type { Terminal } from "../runtime/terminal.ts";
import type { MarketModel } from "../simulator/market_model.ts";
import { correlationText } from "./correlation_text.ts";

/** Faults shown on purpose, in minutes after the start. */
const CUT_BINANCE_AT = 60;
const STALL_IBKR_AT = 110;
const STALL_MS = 5 * MINUTE;

export interface DemoMarketOptions {
  /** Venue hours to stream. */
  readonly hours: number;
  /** Venue seconds per second. */
  readonly speed: number;
}

/**
 * The embedded market for some venue hours at high speed, with a cut and a stall on the way, then the correlation
 * table and the comparison with what really happened.
 *
 * @returns 0 when every closed minute equals the truth, 1 when one does not, 130 when the user stopped it.
 */
export async function demoMarket(
  { hours, speed }: DemoMarketOptions,
  terminal: Terminal,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<number> {
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed },
      binance: { symbols: ["BTCUSDT", "ETHUSDT"] },
    },
  });
  terminal.out(
    `Two simulated venues on loopback (TWS protocol and Binance), and the clients that trade live.\n`,
  );
  const startedAt = clock.monotonic();
  await using market = await openMarket({ signal: terminal.stop }, { config, clock });
  terminal.out(`${market.status().message}\n`);
  const progress = new Progress(market, terminal, Math.round(hours * 60));
  const last = await progress.done;
  if (last === undefined) return 130;
  await healed(market, last.openTime + MINUTE, clock);
  const seconds = (clock.monotonic() - startedAt) / 1_000;
  return report(market, terminal, last, { hours, seconds });
}

/** Follows the minutes, shows how far it is, and breaks each venue once on the way. */
class Progress {
  /** The last minute; undefined when the user stopped it. */
  readonly done: Promise<MinuteEvent | undefined>;
  readonly #terminal: Terminal;
  readonly #market: Market;
  readonly #total: number;
  #passed = 0;
  #finish: (last: MinuteEvent | undefined) => void = () => {};

  constructor(market: Market, terminal: Terminal, minutes: number) {
    this.#market = market;
    this.#terminal = terminal;
    this.#total = minutes;
    this.done = new Promise((resolve) => this.#finish = resolve);
    market.onEvent((event) => this.#take(event));
    terminal.stop.addEventListener("abort", () => this.#finish(undefined), { once: true });
  }

  #take(event: MarketEvent): void {
    if (event.kind === "transition" && (event.to === "recovering" || event.to === "live")) {
      this.#line(`  ${event.venue}: ${event.to} (${event.reason})`);
    }
    if (event.kind === "heal" && event.filled > 0) {
      const minutes = event.filled === 1 ? "1 minute" : `${event.filled} minutes`;
      this.#line(`  ${event.instrument}: ${minutes} healed from the venue's history`);
    }
    if (event.kind !== "minute" || event.revision > 0 || this.#passed >= this.#total) return;
    this.#passed++;
    const { simulator } = this.#market;
    if (this.#passed === CUT_BINANCE_AT) {
      this.#line("  On purpose: the Binance connection is cut.");
      simulator?.binance.drop();
    }
    if (this.#passed === STALL_IBKR_AT) {
      this.#line("  On purpose: the IBKR connection goes silent for five venue minutes.");
      simulator?.tws.stall(STALL_MS);
    }
    this.#show(event);
    if (this.#passed === this.#total) this.#finish(event);
  }

  #show(event: MinuteEvent): void {
    const step = this.#terminal.isInteractive ? 5 : 60;
    if (this.#passed % step !== 0 && this.#passed !== this.#total) return;
    const filled = Math.round(20 * this.#passed / this.#total);
    const bar = "█".repeat(filled) + "░".repeat(20 - filled);
    const text = `${bar} ${this.#passed}/${this.#total} venue minutes, ${
      formatUtc(event.openTime + MINUTE)
    }`;
    if (this.#terminal.isInteractive) this.#terminal.clearLine();
    this.#terminal.out(this.#terminal.isInteractive ? text : `${text}\n`);
  }

  #line(text: string): void {
    if (this.#terminal.isInteractive) this.#terminal.clearLine();
    this.#terminal.out(`${text}\n`);
  }
}

/** Waits, at most ten seconds, until nothing before `time` is left to heal. */
async function healed(market: Market, time: number, clock: Clock): Promise<void> {
  const until = clock.monotonic() + 10_000;
  while (market.hasHolesBefore(time) && clock.monotonic() < until) await sleep(clock, 20);
}

function report(
  market: Market,
  terminal: Terminal,
  last: MinuteEvent,
  { hours, seconds }: { hours: number; seconds: number },
): number {
  const truth = market.simulator?.truth;
  if (truth === undefined) throw new Error("the demo runs on the embedded market");
  const rows = market.pairs.flatMap((pair) =>
    last.correlations.filter((row) => row.pair === pair.name)
  );
  terminal.out(
    `\n\n${correlationText(rows, { openTime: last.openTime, source: market.source })}\n`,
  );
  terminal.out(`${plantedLine(truth, last.openTime + MINUTE)}\n\n`);
  const checks = compareWithTruth(market, truth, last.openTime + MINUTE);
  terminal.out(`${truthTable(market, checks)}\n`);
  const bad = checks.some((check) => check.lost + check.invented + check.altered > 0);
  terminal.out(
    `${hours} venue ${hours === 1 ? "hour" : "hours"} in ${seconds.toFixed(1)} s; up to ${
      formatUtc(last.openTime + HOUR / 60)
    }.\n` +
      (bad
        ? "Some minutes do NOT equal the truth: that is a defect, please report it.\n"
        : "Every closed minute equals the market's truth to the last digit.\n"),
  );
  return bad ? 1 : 0;
}

/** What the tables should show: the correlations planted in the model, and since when. */
function plantedLine(truth: MarketModel, now: number): string {
  const regime = truth.planted(now - 24 * HOUR, now).at(-1);
  if (regime === undefined) return "Nothing is planted here.";
  const values = Object.entries(regime.correlation).map(([pair, r]) => `${pair} ${r.toFixed(2)}`);
  return `Planted in the simulated market since ${formatUtc(regime.from)}: ${values.join(", ")}`;
}

function truthTable(market: Market, checks: readonly TruthCheck[]): string {
  const head = ["", "minutes", "streamed", "backfilled", "healed", "lost", "altered", "invented"];
  const lines = checks.map((check) => {
    const coverage = market.coverage(check.instrument);
    const { compared, lost, altered, invented } = check;
    const { streamed, backfilled, healed } = coverage;
    return [check.instrument, compared, streamed, backfilled, healed, lost, altered, invented];
  });
  const cells = [head, ...lines].map((line) => line.map(String));
  const sides = head.map((_, i) => i === 0 ? "left" : "right");
  return alignedLines(cells, { sides }).join("\n");
}
