/** Open of the first minute of {@link importTable}, epoch ms UTC. */
export const IMPORT_FIRST = Date.UTC(2025, 10, 3, 15);
/** Minutes of {@link importTable}. */
export const IMPORT_MINUTES = 240;

/** New York was so far behind UTC on that day, ms. */
const BEHIND = 5 * 3_600_000;

/** Minutes of ES as a reader brings them: a table in the clock of New York, the prices and volumes counting up. */
export function importTable(): string {
  const rows = Array.from({ length: IMPORT_MINUTES }, (_, minute) => {
    const time = new Date(IMPORT_FIRST - BEHIND + minute * 60_000).toISOString().slice(0, 19);
    const price = 6_800 + minute % 7;
    const columns = [price, price + 2, price - 1, price + 1, 10 + minute];
    return [time.replace("T", " "), ...columns].join();
  });
  return ["time,open,high,low,close,volume", ...rows].join("\n");
}
