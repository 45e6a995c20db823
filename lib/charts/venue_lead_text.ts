import type { VenueLeadFound, VenuePairLead } from "../sync/studies/venue_lead.ts";
import { counted, grouped } from "../model/counted.ts";
import { lagText, leaderText } from "./lead_text.ts";
import { listed, pText } from "./sentence_text.ts";
import type { TableText } from "./table.ts";

/** Who follows whom, who moves together, and of how many pairs it is not known. */
export function venueLeadSentence({ pairs }: VenueLeadFound, names: readonly string[]): string {
  const claims = names.flatMap((name, place) => followText(name, leadersOf(pairs, place), names));
  const together = pairs.filter(({ reading }) => reading.direction === "together");
  const unknown = pairs.filter(({ reading }) => reading.direction === "unknown").length;
  const joined = together.map(({ first, second }) => `${names[first]} with ${names[second]}`);
  const parts = [
    ...(claims.length === 0 ? ["No venue is seen to lead"] : claims),
    ...(joined.length === 0 ? [] : [`together within a second: ${listed(joined)}`]),
    ...(unknown === 0 ? [] : [`not known of ${counted(unknown, "pair")}`]),
  ];
  return `${parts.join("; ")}.`;
}

interface Leader {
  readonly place: number;
  readonly lagMs: number;
}

/** Venues that one of them follows. */
function leadersOf(pairs: readonly VenuePairLead[], follower: number): readonly Leader[] {
  return pairs.flatMap(({ first, second, reading: { direction, lagMs } }) => {
    const [leader, other] = direction === "first" ? [first, second] : [second, first];
    const isLead = direction === "first" || direction === "second";
    return isLead && other === follower ? [{ place: leader, lagMs }] : [];
  });
}

function followText(
  name: string,
  leaders: readonly Leader[],
  names: readonly string[],
): readonly string[] {
  if (leaders.length === 0) return [];
  const lags = leaders.map(({ lagMs }) => lagMs);
  const least = lagText(Math.min(...lags)), most = lagText(Math.max(...lags));
  const by = least === most ? least : `${least} to ${most}`;
  return [`${name} follows ${listed(leaders.map(({ place }) => names[place]!))} by ${by}`];
}

/** Each pair in a line. */
export function venueLeadTable({ pairs }: VenueLeadFound, names: readonly string[]): TableText {
  return {
    caption: "Who leads",
    columns: ["pair", "", "by", "95 % interval", "r there", "p corrected", "seconds"],
    rows: pairs.map(({ first, second, reading, correlation, adjusted, n }) => [
      `${names[first]} – ${names[second]}`,
      leaderText(reading.direction, { first: names[first]!, second: names[second]! }),
      Number.isFinite(reading.lagMs) ? lagText(reading.lagMs) : "–",
      intervalText(reading),
      Number.isFinite(correlation) ? correlation.toFixed(2) : "–",
      Number.isFinite(adjusted) ? pText(adjusted).replace(/^p /, "") : "–",
      grouped(n),
    ]),
    note: reasonsOf(pairs, names),
  };
}

/** Of the leader's advance, the smaller end first. */
function intervalText({ direction, interval }: VenuePairLead["reading"]): string {
  if (interval === undefined) return "–";
  const { loMs, hiMs } = interval;
  const [from, to] = direction === "second" ? [-hiMs, -loMs] : [loMs, hiMs];
  return `${lagText(from)} to ${lagText(to)}`;
}

/** Why something is not known, each reason once. */
function reasonsOf(pairs: readonly VenuePairLead[], names: readonly string[]): string {
  const reasons = new Map<string, string[]>();
  for (const { first, second, reading: { direction, reason } } of pairs) {
    if (direction !== "unknown" || reason === undefined) continue;
    const said = reasons.get(reason) ?? [];
    reasons.set(reason, [...said, `${names[first]} – ${names[second]}`]);
  }
  return [...reasons].map(([reason, those]) => `Not known of ${listed(those)}: ${reason}.`)
    .join("\n");
}
