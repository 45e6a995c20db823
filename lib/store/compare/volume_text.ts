import type { BarComparison } from "./compare_bars.ts";
import { numberText, shareText } from "./comparison_numbers.ts";
import type { ComparisonSentence, SideNames } from "./comparison_sentence.ts";

/** What their volume is of ours. */
export function volumeSentence(
  { volume, columns }: BarComparison,
  names: SideNames,
): ComparisonSentence {
  const about = "volume";
  const equal = columns.find(({ column }) => column === "volume")?.equal ?? NaN;
  const bad = (text: string): ComparisonSentence => ({ about, text, isGood: false });
  switch (volume.kind) {
    case "absent": {
      const who = volume.side === "both"
        ? "Neither side has"
        : `${capital(names[volume.side])} has no`;
      return {
        about,
        text: volume.side === "both" ? `${who} a volume.` : `${who} volume: it is not compared.`,
        isGood: true,
      };
    }
    case "same":
      if (equal === 1) return { about, text: "All volumes are equal.", isGood: true };
      return bad(`Volumes are equal in ${shareText(equal)} of the common bars.`);
    case "scale":
      return bad(
        `The volume of ${names.theirs} is ${
          numberText(volume.factor)
        } times that of ${names.ours} in ${shareText(volume.share)} of the bars: another unit.`,
      );
    case "turnover": {
      const other = volume.side === "ours" ? names.theirs : names.ours;
      return bad(
        `The volume of ${
          names[volume.side]
        } is a turnover in the quote currency: that of ${other} times the price.`,
      );
    }
    case "other":
      return bad(
        `The volume of ${names.theirs} is its own: ${
          numberText(volume.factor)
        } times that of ${names.ours} (median), half of the bars from ${
          numberText(volume.from)
        } to ${numberText(volume.to)} times.`,
      );
  }
}

function capital(text: string): string {
  return /^the /.test(text) ? `T${text.slice(1)}` : text;
}
