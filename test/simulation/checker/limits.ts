import { formatUtc, MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { Finding, History } from "./history.ts";

/**
 * The limits of the venues: those they count themselves, the waits they have asked for, the pace of questions
 * to IBKR's history, and client ids that are in use.
 */
export function checkLimits(history: History): Finding[] {
  return [
    ...history.violations,
    ...checkWaits(history),
    ...checkPace(history),
    ...checkClientIds(history),
  ].map((text) => ({ property: "limits", text }));
}

/** Nothing is sent before a wait that Binance has asked for is over. */
function checkWaits({ http }: History): string[] {
  const found: string[] = [];
  let waitUntil = -Infinity;
  for (const step of http) {
    if (step.what === "answer") {
      const isLimit = step.status === 429 || step.status === 418;
      if (isLimit) waitUntil = Math.max(waitUntil, step.at + (step.retryAfterMs ?? 0));
    } else if (step.at < waitUntil) {
      found.push(
        `a request at ${formatUtc(step.at)} came ${waitUntil - step.at} ms before Retry-After`,
      );
    }
  }
  return found;
}

const SAME_MS = 15 * SECOND;
const CONTRACT_MS = 2 * SECOND;
const MOST_OF_CONTRACT = 5;
const TOTAL_MS = 10 * MINUTE;
const MOST = 60;

/** Source: TWS API documentation, "Historical Data Limitations", taken for bars of every size. */
function checkPace({ questions }: History): string[] {
  const found: string[] = [];
  questions.forEach((question, i) => {
    const { at, contract, text } = question;
    const within = (ms: number) => questions.slice(0, i + 1).filter((q) => q.at > at - ms);
    const name = `history of ${contract} at ${formatUtc(at)}`;
    const recent = questions.slice(Math.max(0, i - MOST), i + 1);
    const same = recent.filter((q) =>
      q.at > at - SAME_MS && q.contract === contract && q.text === text
    );
    if (same.length > 1) found.push(`${name} was asked the same within 15 s`);
    const ofContract = recent.filter((q) => q.at > at - CONTRACT_MS && q.contract === contract);
    if (ofContract.length > MOST_OF_CONTRACT) found.push(`${name} was asked six times within 2 s`);
    if (recent.length > MOST && within(TOTAL_MS).length > MOST) {
      found.push(`${name} was the sixty-first question within ten minutes`);
    }
  });
  return found;
}

/** An id that is in use is not tried again within a minute. */
function checkClientIds({ told }: History): string[] {
  const found: string[] = [];
  const refusedAt = new Map<string, number>();
  for (const { at, event } of told) {
    if (event.kind !== "failure" || event.error.code !== "client-id-in-use") continue;
    const id = /Client id (\d+)/.exec(event.error.message)?.[1] ?? "";
    const before = refusedAt.get(id) ?? -Infinity;
    if (at - before < MINUTE) {
      found.push(`client id ${id} was tried again after ${at - before} ms at ${formatUtc(at)}`);
    }
    refusedAt.set(id, at);
  }
  return found;
}
