import { hasBar, type MinuteGrid, MinuteStatus } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";
import { SortedWindow } from "../stats/rolling/sorted_window.ts";
import { EXTREME, moveText, PastMoves } from "./past_moves.ts";

/** Something a reader should know about one minute. A flag changes nothing in the data. */
export interface QualityFlag {
  readonly openTime: number;
  readonly kind: "gap" | "flat" | "extreme" | "volume";
  /** One line for the reader. */
  readonly reason: string;
}

export interface QualityOptions {
  /** How many times the usual size a move or a volume must be. @default 8 */
  readonly k?: number;
  /** How many past returns and volumes the usual size is estimated from. @default 240 */
  readonly window?: number;
  /** Fewest of them before anything is judged. @default 30 */
  readonly minPast?: number;
}

/**
 * Flags minutes in the session: `gap` without a bar, `flat` with one price and no volume, `extreme` with a
 * log return over the minute before above `k` robust standard deviations, `volume` above `k` times the
 * median. What is usual is judged from earlier minutes only, so flags never change as minutes are added.
 *
 * @throws {RangeError} when an option is out of range.
 */
export function flagMinutes(grid: MinuteGrid, options: QualityOptions = {}): QualityFlag[] {
  const { k = EXTREME, window = 240, minPast = 30 } = options;
  if (!(k > 0)) throw new RangeError(`k must be above 0, got ${k}`);
  if (!Number.isSafeInteger(minPast) || minPast < 1 || minPast > window) {
    throw new RangeError(`minPast must be a whole number within 1..window, got ${minPast}`);
  }
  const moves = new PastMoves({ window, minPast }), volumes = new SortedWindow(window);
  const flags: QualityFlag[] = [];
  for (let row = 0; row < grid.length; row++) {
    const flag = (kind: QualityFlag["kind"], reason: string) =>
      flags.push({ openTime: grid.start + row * MINUTE, kind, reason });
    const status = grid.status[row]!;
    if (status === MinuteStatus.OutOfSession) continue;
    if (!hasBar(status)) {
      flag("gap", status === MinuteStatus.Absent ? "the venue has no bar" : "no bar yet");
      continue;
    }
    const high = grid.high[row]!, volume = grid.volume[row]!;
    if (high === grid.low[row] && volume === 0) flag("flat", "one price and no volume");
    const move = Math.abs(returnAt(grid, row));
    const { usual } = moves;
    if (usual > 0 && move > k * usual) flag("extreme", moveText(move, usual));
    const typical = volumes.n < minPast ? NaN : volumes.median;
    if (typical > 0 && volume > k * typical) {
      flag("volume", `volume ${(volume / typical).toFixed(1)} times the usual`);
    }
    moves.push(move);
    // An index has no volume.
    if (!Number.isNaN(volume)) volumes.push(volume);
  }
  return flags;
}

/** Log return over the minute before; NaN unless both have bars of one contract. */
function returnAt(grid: MinuteGrid, row: number): number {
  if (row === 0 || !hasBar(grid.status[row - 1])) return NaN;
  if (grid.contract[row - 1] !== grid.contract[row]) return NaN;
  const before = grid.close[row - 1]!, now = grid.close[row]!;
  return before > 0 && now > 0 ? Math.log(now / before) : NaN;
}
