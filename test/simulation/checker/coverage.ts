import { formatUtc, MINUTE } from "../../../lib/model/time.ts";
import type { Finding, History } from "./history.ts";

/** The coverage report agrees with the rows and with what was told. */
export function checkCoverage(history: History): Finding[] {
  const findings: Finding[] = [];
  for (const { instrument, bars, coverage, from, to } of history.ledgers) {
    const add = (text: string) => findings.push({ property: "P1", text: `${instrument}: ${text}` });
    const { streamed, backfilled, healed, absent, expected, missing } = coverage;
    const counted = streamed + backfilled + healed;
    if (counted !== bars.length) add(`coverage counts ${counted} bars of ${bars.length}`);
    const open = missing.filter(({ reason }) => reason === "not healed yet")
      .reduce((sum, { minutes }) => sum + minutes, 0);
    if (expected !== counted + absent + open) {
      add(`coverage expects ${expected}, and accounts for ${counted + absent + open}`);
    }
    if (coverage.from !== from || coverage.to !== to) add("coverage is of another stretch");
    const have = new Set(bars.map(({ openTime }) => openTime));
    for (const stretch of missing) {
      for (let time = stretch.from; time < stretch.to; time += MINUTE) {
        if (have.has(time)) add(`${formatUtc(time)} is listed as missing and is there`);
      }
      if (stretch.reason === "") add(`${formatUtc(stretch.from)} is missing without a reason`);
    }
    const byHistory = history.told.filter(({ event }) =>
      event.kind === "bar" && event.instrument === instrument && event.origin === "history" &&
      event.change === "new"
    ).length;
    if (byHistory !== backfilled + healed) {
      add(`coverage has ${backfilled + healed} bars of history, and ${byHistory} were told`);
    }
  }
  return findings;
}
