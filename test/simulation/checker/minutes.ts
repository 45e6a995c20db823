import type { Bar } from "../../../lib/model/bar.ts";
import { formatUtc, MINUTE } from "../../../lib/model/time.ts";
import type { Finding, History, LedgerExport, TruthAt } from "./history.ts";
import { settleMs } from "./promises.ts";

/** Minutes held against the truth. */
export interface MinuteCount {
  readonly compared: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly altered: number;
  readonly invented: number;
  /** Lost, but listed as missing with a reason. */
  readonly listed: number;
}

const VALUES = ["open", "high", "low", "close", "volume"] as const;

/**
 * P1 to P5: every minute of the truth exactly once, equal to the truth, or listed as missing; none that the
 * truth does not have; none told before its end; rows in order.
 */
export function checkMinutes(
  history: History,
  truthAt: TruthAt,
): { readonly findings: Finding[]; readonly count: MinuteCount } {
  const findings: Finding[] = [];
  const add = (property: string, text: string) => findings.push({ property, text });
  const count = { compared: 0, lost: 0, duplicated: 0, altered: 0, invented: 0, listed: 0 };
  for (const ledger of history.ledgers) {
    const have = new Map(ledger.bars.map((bar) => [bar.openTime, bar]));
    if (have.size !== ledger.bars.length) add("P2", `${ledger.instrument}: a row stands twice`);
    checkOrder(ledger, add);
    const { instrument } = ledger;
    const isDelayed = history.promises.delayed.includes(instrument);
    for (let time = ledger.from; time + MINUTE <= history.to; time += MINUTE) {
      const isFollowed = !isDelayed || truthAt(instrument, time + MINUTE) !== undefined;
      if (time + MINUTE > history.to - settleMs(history.promises, instrument, isFollowed)) continue;
      const real = truthAt(instrument, time);
      const bar = have.get(time);
      if (real === undefined && bar === undefined) continue;
      const name = `${instrument} ${formatUtc(time)}`;
      count.compared++;
      if (bar === undefined) {
        const reason = reasonFor(ledger, time);
        if (reason === undefined) add("P1", `${name} is neither there nor listed as missing`);
        else add("P1", `${name} is lost (listed: ${reason})`);
        count.lost++;
        if (reason !== undefined) count.listed++;
      } else if (real === undefined) {
        count.invented++;
        add("P3", `${name} was invented`);
      } else if (!isEqual(bar, real)) {
        count.altered++;
        add("P3", `${name} was altered: ${shown(bar)} is not ${shown(real)}`);
      } else if ((bar.source === "delayed") !== isDelayed) {
        add("P6", `${name} is labelled ${bar.source}`);
      }
    }
  }
  count.duplicated = checkTold(history, add);
  return { findings, count };
}

type Values = Pick<Bar, (typeof VALUES)[number]> & { readonly contract?: string | undefined };

function isEqual(bar: Bar, real: Values): boolean {
  return VALUES.every((name) => Object.is(bar[name], real[name])) &&
    bar.contract === real.contract &&
    bar.closed && bar.revision === 0;
}

function shown(bar: Values): string {
  return [...VALUES.map((name) => bar[name]), bar.contract].join(" ");
}

function reasonFor({ coverage }: LedgerExport, time: number): string | undefined {
  return coverage.missing.find(({ from, to }) => time >= from && time < to)?.reason;
}

function checkOrder({ instrument, bars }: LedgerExport, add: (p: string, text: string) => void) {
  bars.forEach((bar, i) => {
    const before = bars[i - 1];
    if (before !== undefined && bar.openTime <= before.openTime) {
      add("P4", `${instrument} ${formatUtc(bar.openTime)} is out of order`);
    }
  });
}

/** @returns how many minutes were told as new more than once, or revised. */
function checkTold(history: History, add: (property: string, text: string) => void): number {
  const told = new Set<string>();
  let duplicated = 0;
  for (const { at, event } of history.told) {
    if (event.kind !== "bar") continue;
    const { openTime } = event.bar;
    const name = `${event.instrument} ${formatUtc(openTime)}`;
    if (event.change === "revision") add("P2", `${name} was revised, and the venue never did`);
    if (told.has(name) || event.change === "revision") duplicated++;
    if (told.has(name) && event.change === "new") add("P2", `${name} was closed twice`);
    told.add(name);
    if (at < openTime + MINUTE) add("P5", `${name} was closed ${openTime + MINUTE - at} ms early`);
  }
  for (const ledger of history.ledgers) {
    for (const bar of ledger.bars) {
      const name = `${ledger.instrument} ${formatUtc(bar.openTime)}`;
      if (!told.has(name)) add("P2", `${name} is in the ledger and was never told`);
    }
  }
  return duplicated;
}
