import type { DifferenceNumbers } from "../sync/venue_differences.ts";
import { grouped } from "../model/counted.ts";
import { minutesText } from "./pair_tests_table.ts";
import { listed } from "./sentence_text.ts";
import type { TableText } from "./table.ts";

/** One venue of a coin, as it is shown. */
export interface VenueRow {
  /** `Kraken`; with what it is quoted in where a venue has two. */
  readonly name: string;
  /** `BTC/USD (Kraken)`. */
  readonly label: string;
  /** What it is priced in. */
  readonly currency: string;
  /** The close of the newest minute, as text; a dash without one. */
  readonly price: string;
  /** Undefined of the venue that the others are compared with. */
  readonly numbers: DifferenceNumbers | undefined;
  /** Minutes with a difference, of the reference those with a bar, and how many there could be. */
  readonly n: number;
  readonly expected: number;
  /** Why its newest minute is not of now; empty where it is. */
  readonly standing: string;
}

/** A coin at its venues. */
export interface VenueSpreadSaid {
  /** `BTC`. */
  readonly coin: string;
  /** What the prices are compared with: `Binance`, `the median`. */
  readonly reference: string;
  readonly rows: readonly VenueRow[];
  /** What a round costs, basis points. */
  readonly costBp: number;
}

/** Where each venue is now, whether that was ever worth a round, and whose numbers are not of now. */
export function venueSpreadSentence({ coin, reference, rows, costBp }: VenueSpreadSaid): string {
  const compared = rows.filter(({ numbers }) => numbers !== undefined);
  const known = compared.filter(({ numbers }) => Number.isFinite(numbers!.now));
  const places = known.map(({ name, numbers }) => {
    const { now } = numbers!;
    return `${name} ${bpText(Math.abs(now))} ${now < 0 ? "below" : "above"}`;
  });
  const now = places.length === 0
    ? `No difference of ${coin} is known now`
    : `${coin} against ${reference}: ${listed(places)}`;
  const late = rows.filter(({ standing }) => standing !== "").map(({ name, standing }) =>
    `${name} ${standing}`
  );
  const beyond = compared.filter(({ numbers }) => numbers!.beyond > 0).map(({ name, numbers }) =>
    `${name} in ${shareOf(numbers!)} of its minutes`
  );
  const costs = `the costs of a round, ${bpText(costBp)}`;
  const worth = compared.every(({ numbers }) => numbers!.n === 0)
    ? "no minute yet that both sides of a difference have"
    : beyond.length === 0
    ? `no difference was beyond ${costs}`
    : `beyond ${costs}: ${listed(beyond)}`;
  const unknown = late.length === 0 ? "" : ` Not of now: ${late.join("; ")}.`;
  return `${now}; ${worth}.${unknown}`;
}

/** Said where prices in several currencies are compared; empty where they are in one. */
export function moneyRemark(rows: readonly Pick<VenueRow, "currency">[]): string {
  const currencies = [...new Set(rows.map(({ currency }) => currency))].sort();
  return currencies.length < 2
    ? ""
    : `${listed(currencies)} are different currencies: what one costs in the other is a part of ` +
      "each difference between them, and no gain by itself";
}

/** Each venue in a line. */
export function venueSpreadTable({ rows, reference, costBp }: VenueSpreadSaid): TableText {
  return {
    caption: `Against ${reference}`,
    columns: [
      "venue",
      "price",
      "now, bp",
      "mean, bp",
      "sd, bp",
      "half-life (95 %)",
      `beyond ${bpText(costBp)}`,
      "minutes",
      "",
    ],
    rows: rows.map(({ label, price, numbers, n, expected, standing }) => [
      label,
      price,
      ...(numbers === undefined ? COMPARED : numbersOf(numbers)),
      `${grouped(n)} of ${grouped(expected)}`,
      [...(numbers === undefined ? ["compared with"] : []), standing].filter(Boolean).join(", "),
    ]),
    note:
      "A minute that a venue, or what it is compared with, has no bar of is left out; none is filled.",
  };
}

/** Of the venue that the others are compared with. */
const COMPARED = ["–", "–", "–", "–", "–"];

function numbersOf(numbers: DifferenceNumbers): string[] {
  const { now, mean, sd } = numbers;
  return [signedBp(now), signedBp(mean), plainBp(sd), lifeText(numbers), shareOf(numbers)];
}

function lifeText({ halfLife: { value, lo, hi } }: DifferenceNumbers): string {
  if (Number.isNaN(value)) return "–";
  return `${minutesText(value)} (${minutesText(lo)} to ${minutesText(hi)})`;
}

function shareOf({ beyond, n }: DifferenceNumbers): string {
  if (n === 0) return "–";
  const percent = 100 * beyond;
  return percent > 0 && percent < 0.1 ? "< 0.1 %" : `${percent.toFixed(1)} %`;
}

/** `2.1 bp`. */
export function bpText(value: number): string {
  return `${plainBp(value)} bp`;
}

function plainBp(value: number): string {
  return Number.isFinite(value) ? Number(value.toFixed(2)).toFixed(value < 100 ? 2 : 0) : "–";
}

function signedBp(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = plainBp(Math.abs(value));
  return `${value < 0 && Number(size) > 0 ? "−" : "+"}${size}`;
}
