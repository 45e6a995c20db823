import { broken, type Finding, ok, optional } from "../feeds/finding.ts";

/** A difference that is worth putting right, ms. */
const MOST_MS = 2_000;

/** A clock beside this machine's, ms; how it differs may be off by so much. */
export interface OtherClock {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

/** What the clock of a server beside Comove is to this machine's. Bars go by the venues' clocks whatever it says. */
export function clockFinding(name: string, whose: string, clock: OtherClock): Finding {
  const { offsetMs, uncertaintyMs } = clock;
  const off = Math.abs(offsetMs);
  const range = `within ${Math.ceil(uncertaintyMs)} ms`;
  if (!(off - uncertaintyMs > MOST_MS)) {
    return ok(name, `${whose} differs by ${Math.round(offsetMs)} ms, ${range}`);
  }
  const side = offsetMs > 0 ? "ahead of" : "behind";
  return optional(broken(
    name,
    `${whose} is ${(off / 1_000).toFixed(1)} s ${side} this machine's, ${range}`,
    "synchronise both (chrony, systemd-timesyncd): ages and logs go by them",
  ));
}
