import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import type { Bar } from "../../lib/model/bar.ts";
import { type MinuteGrid, MinuteStatus } from "../../lib/model/minute_grid.ts";
import { DAY, HOUR } from "../../lib/model/time.ts";

/** Monday, midnight UTC. */
export const MONDAY = Date.UTC(2026, 0, 26);

/** One minute: a close, `.` unknown, `a` absent, `-` out of session; `r` rolls before the next bar. */
export type Cell = number | "." | "a" | "-" | "r";

/** A grid of one-price minutes from `start`; each `r` begins a new contract and takes no minute. */
export function gridOf(cells: readonly Cell[], start = MONDAY): MinuteGrid {
  const contracts: number[] = [];
  const minutes: Exclude<Cell, "r">[] = [];
  let contract = 1;
  for (const cell of cells) {
    if (cell === "r") contract++;
    else {
      minutes.push(cell);
      contracts.push(typeof cell === "number" ? contract : 0);
    }
  }
  const prices = Float64Array.from(minutes, (cell) => typeof cell === "number" ? cell : NaN);
  const status = Uint8Array.from(minutes, (cell) => {
    if (typeof cell === "number") return MinuteStatus.Stream;
    if (cell === "a") return MinuteStatus.Absent;
    return cell === "-" ? MinuteStatus.OutOfSession : MinuteStatus.Unknown;
  });
  return {
    start,
    length: minutes.length,
    open: prices,
    high: prices,
    low: prices,
    close: prices,
    volume: prices.map((price) => Number.isNaN(price) ? NaN : 1),
    status,
    contract: Uint8Array.from(contracts),
  };
}

/** A flat minute of volume 1. */
export function barAt(openTime: number, price: number): Bar {
  return {
    openTime,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 1,
    closed: true,
    revision: 0,
    source: "simulated",
  };
}

const SHARED = new URL("../../../shared/data/", import.meta.url);

/** True when the real data is at hand; says so when it is not, so that a test can return. */
export function hasShared(path: string): boolean {
  if (existsSync(new URL(path, SHARED))) return true;
  // deno-lint-ignore no-console
  console.log(`skipped: ../shared/data/${path} is not here`);
  return false;
}

/** Lines of a gzipped CSV as records by column name. */
export function readShared(path: string): Record<string, string>[] {
  const text = gunzipSync(readFileSync(new URL(path, SHARED))).toString();
  const [head, ...lines] = text.trim().split("\n").map((line) => line.split(","));
  return lines.map((cells) => Object.fromEntries(head!.map((name, i) => [name, cells[i]!])));
}

/** CME equity futures in winter: Sunday 23:00 to Friday 22:00 UTC, shut 22:00 to 23:00. */
export function isWinterGlobexOpen(openTime: number): boolean {
  const day = new Date(openTime).getUTCDay();
  const hour = Math.floor((openTime % DAY) / HOUR);
  if (day === 6 || (day === 0 && hour < 23) || (day === 5 && hour >= 22)) return false;
  return hour !== 22;
}

/** A ledger with a file's minutes; those it lacks are absent or out of session. */
export function ledgerOf(
  instrument: string,
  path: string,
  isOpen: (openTime: number) => boolean,
  to = Infinity,
): MinuteLedger {
  const ledger = new MinuteLedger(instrument, isOpen);
  for (const row of readShared(path)) {
    const openTime = Number(row.open_time_ms);
    if (openTime >= to) break;
    ledger.start(openTime);
    const offer = ledger.offer({
      openTime,
      open: Number(row.open),
      high: Number(row.high),
      low: Number(row.low),
      close: Number(row.close),
      volume: Number(row.volume),
      closed: true,
      revision: 0,
      source: "replay",
    }, "history");
    if (offer.kind !== "new") throw new Error(`${instrument} ${openTime}: ${offer.kind}`);
  }
  ledger.markAbsent({ from: ledger.from, to: ledger.to });
  return ledger;
}
