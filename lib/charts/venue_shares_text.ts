import type { VenueShare, VenueSharesFound } from "../sync/studies/venue_shares.ts";
import { grouped } from "../model/counted.ts";
import { listed } from "./sentence_text.ts";
import type { TableText } from "./table.ts";

/** Half of a 95 % interval, in standard errors. */
const WIDTH = 1.96;

/** Where the price is made, by how much of its news comes from each venue. */
export function venueSharesSentence(
  { shares }: VenueSharesFound,
  names: readonly string[],
): string {
  const places = shares.toSorted((a, b) => b.information.hi - a.information.hi)
    .map(({ venue, information: { lo, hi } }) => `${names[venue]} ${rangeText(lo, hi)}`);
  return `Of what moves the price for good, ${listed(places)}.`;
}

/** Each venue in a line. */
export function venueSharesTable(
  { shares, left }: VenueSharesFound,
  names: readonly string[],
  seconds: number,
): TableText {
  const out = left.map(({ venue, reason }) => `${names[venue]} is left out: ${reason}.`);
  return {
    caption: "Where the price is made",
    columns: ["venue", "information share", "component share", "95 % interval", "with trades"],
    rows: shares.map((share) => [
      names[share.venue]!,
      rangeText(share.information.lo, share.information.hi),
      percent(share.component),
      componentInterval(share),
      `${grouped(share.n)} of ${grouped(seconds)} s`,
    ]),
    note: [
      "Information shares have bounds, as what moves two venues in one second can be laid to either. " +
      "A venue that trades seldom, or in coarse ticks, seems to follow.",
      ...out,
    ].join("\n"),
  };
}

function componentInterval({ component, bse }: VenueShare): string {
  return `${percent(component - WIDTH * bse)} to ${percent(component + WIDTH * bse)}`;
}

/** `31 to 42 %`; one number where both are the same. */
function rangeText(lo: number, hi: number): string {
  const [least, most] = [Math.round(100 * lo), Math.round(100 * hi)];
  return least === most ? `${least} %` : `${least} to ${most} %`;
}

function percent(share: number): string {
  const whole = Math.round(100 * share);
  return `${whole < 0 ? "−" : ""}${Math.abs(whole)} %`;
}
