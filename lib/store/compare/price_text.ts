import { formatUtc } from "../../model/time.ts";
import type { BarComparison } from "./compare_bars.ts";
import { numberText, shareText } from "./comparison_numbers.ts";
import type { ComparisonSentence, SideNames } from "./comparison_sentence.ts";
import type { PriceLevel } from "./price_levels.ts";

/** What their prices are of ours. */
export function priceSentence(
  { price, columns, hasContracts }: BarComparison,
  names: SideNames,
): ComparisonSentence {
  const about = "price";
  const close = columns.find(({ column }) => column === "close");
  const share = `closes are equal in ${shareText(close?.equal ?? NaN)} of the common bars`;
  const bad = (text: string): ComparisonSentence => ({ about, text, isGood: false });
  switch (price.kind) {
    case "none":
      return bad("No price is of a time that both have.");
    case "same": {
      const isGood = columns.every(({ column, equal }) => column === "volume" || equal === 1);
      if (isGood) return { about, text: "All prices are equal.", isGood };
      const apart = price.spread === 0 && price.offset === 0
        ? `on one level: ${share}`
        : `on one level: closes are ${numberText(close?.median ?? NaN)} apart (median), ${
          numberText(close?.p99 ?? NaN)
        } at most in 99 %; ${share}`;
      return bad(`The prices lie ${apart}.`);
    }
    case "rounded": {
      const other = price.side === "ours" ? names.theirs : names.ours;
      return bad(
        `The prices of ${names[price.side]} are those of ${other} rounded to ${
          numberText(price.tick)
        }; ${share}.`,
      );
    }
    case "offset":
      return bad(offsetText(price.levels, names, hasContracts));
    case "scale":
      return bad(
        `The prices of ${names.theirs} are ${
          numberText(price.factor)
        } times those of ${names.ours}${
          isPowerOfTen(price.factor)
            ? ": another unit (--scale)"
            : ", by a constant factor: another unit, or prices adjusted"
        }.`,
      );
    case "drift": {
      const range = `between ${numberText(price.from)} and ${numberText(price.to)} times`;
      const isNear = Math.abs(price.factor - 1) < NEAR;
      const why = isNear
        ? "another quote currency, or a venue with a premium of its own"
        : "another quote currency, or another instrument";
      return bad(
        `The prices of ${names.theirs} are ${range} those of ${names.ours}, and that wanders: ${why}.`,
      );
    }
  }
}

/** A currency that is held at a dollar, or lost that for some days, is so near to it. */
const NEAR = 0.2;

function offsetText(
  levels: readonly PriceLevel[],
  names: SideNames,
  hasContracts: boolean,
): string {
  const [first] = levels;
  const why = hasContracts
    ? "another contract month, or prices adjusted for rolls"
    : "prices adjusted, or another instrument";
  if (levels.length === 1) {
    return `The prices of ${names.theirs} are ${levelText(first!)} those of ${names.ours}, ${
      spreadText(first!)
    }: ${why}.`;
  }
  const parts = levels.map((level, i) =>
    `${level.offset === 0 ? "equal" : levelText(level)} ${
      i === levels.length - 1 ? `from ${formatUtc(level.from)} on` : `until ${formatUtc(level.to)}`
    }`
  );
  return `The prices of ${names.theirs} are, against those of ${names.ours}, ${
    parts.join(", ")
  }: ${why} in part of the time, as where both roll on different days.`;
}

function levelText({ offset }: PriceLevel): string {
  return `${numberText(Math.abs(offset))} ${offset < 0 ? "below" : "above"}`;
}

function spreadText({ spread, n }: PriceLevel): string {
  const give = spread === 0 ? "" : `give or take ${numberText(spread)}, `;
  return `${give}n = ${n.toLocaleString("en-US")}`;
}

function isPowerOfTen(factor: number): boolean {
  const power = Math.log10(Math.abs(factor));
  return Math.abs(power - Math.round(power)) < 1e-6;
}
