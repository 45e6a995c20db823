/** Cost of a new minute: ours against simple-statistics computing the window again. */
import { sampleCorrelation } from "simple-statistics";
import {
  RollingCorrelation,
  rollingCorrelation,
} from "../../lib/stats/rolling/rolling_correlation.ts";

const ROWS = 10_000;
const x = Float64Array.from({ length: ROWS }, (_, i) => Math.sin(i * 0.7) + Math.cos(i * 1.9));
const y = Float64Array.from({ length: ROWS }, (_, i) => Math.sin(i * 0.7) + Math.cos(i * 2.3));

for (const window of [60, 390]) {
  const group = `rolling correlation, ${ROWS} rows, window ${window}`;
  Deno.bench({ name: "simple-statistics sampleCorrelation", group, baseline: true }, () => {
    const xs = Array.from(x), ys = Array.from(y);
    for (let end = window; end <= ROWS; end++) {
      sampleCorrelation(xs.slice(end - window, end), ys.slice(end - window, end));
    }
  });
  Deno.bench({ name: "RollingCorrelation.push and value", group }, () => {
    const rolling = new RollingCorrelation({ window, minPeriods: window });
    let last = NaN;
    for (let i = 0; i < ROWS; i++) {
      rolling.push(x[i]!, y[i]!);
      last = rolling.value;
    }
    if (Number.isNaN(last)) throw new Error("there must be a value");
  });
  Deno.bench({ name: "rollingCorrelation, batch", group }, () => {
    rollingCorrelation(x, y, { window, minPeriods: window });
  });
}
