import { decodeDeribitFrame } from "../../../lib/wire/deribit_frame.ts";
import {
  decodeNames,
  decodeStatus,
  decodeVenueTime,
  decodeVolatilityPage,
} from "../../../lib/wire/deribit_result.ts";
import { type Decoder, type Fate, ofText, reasoned } from "./decoder.ts";
import { DERIBIT_FRAMES, DERIBIT_REPLIES } from "./samples.ts";

export const DERIBIT_DECODERS: readonly (() => Decoder)[] = [
  () => ofText("Deribit frames", DERIBIT_FRAMES, () => frameFate),
  () => ofText("Deribit results", DERIBIT_REPLIES, () => resultFate),
];

function frameFate(text: string): Fate {
  const message = decodeDeribitFrame(text);
  if (message.kind === "rejected") return reasoned(message.reason);
  if (message.kind === "volatility" && !(message.value > 0)) throw new Error("took no volatility");
  return message.kind === "ignored" ? "ignored" : "accepted";
}

/** A frame's result given to every reader of results: at most one of them may know it. */
function resultFate(text: string): Fate {
  const message = decodeDeribitFrame(text);
  if (message.kind !== "reply") return message.kind === "rejected" ? "rejected" : "ignored";
  const { result } = message;
  const page = decodeVolatilityPage(result);
  for (const { low, high } of page?.rows ?? []) {
    if (!(low > 0) || !(high >= low)) throw new Error("took an impossible row");
  }
  page?.rejected.forEach(reasoned);
  const known = [page, decodeStatus(result), decodeVenueTime(result), decodeNames(result)]
    .filter((read) => read !== undefined);
  if (known.length === 0) return "ignored";
  return (page?.rejected.length ?? 0) > 0 ? "rejected" : "accepted";
}
