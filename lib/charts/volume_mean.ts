/** Bars before one that say what volume is usual. */
const USUAL_BARS = 20;

/** True where the volume of a bar is above the mean of the 20 bars before it, or of as many as there are. */
export function isBusy(volumes: readonly number[], at: number): boolean {
  let sum = 0, count = 0;
  for (let i = Math.max(0, at - USUAL_BARS); i < at; i++) {
    const volume = volumes[i]!;
    if (Number.isNaN(volume)) continue;
    sum += volume;
    count++;
  }
  return count > 0 && volumes[at]! > sum / count;
}
