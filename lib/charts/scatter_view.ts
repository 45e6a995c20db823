import { MINUTE } from "../model/time.ts";
import type { ScatterLine } from "../sync/studies/returns_scatter.ts";
import type { SideNames } from "./lead_text.ts";
import { elementMount } from "./element_mount.ts";
import type { ScatterData } from "./scatter_figure.ts";
import { packedNumbers, unpackedBytes } from "./packed_numbers.ts";
import type { Theme } from "./theme.ts";
import { hiddenFeed } from "./trading_view.ts";

/** What the page is given of a scatter. */
export interface ScatterSetting {
  readonly names: SideNames;
  readonly theme: Theme;
  /** Of saved files: `BTCUSDT/ES`. */
  readonly pair: string;
}

/** The points, as the page is given them: numbers little-endian in base64. */
export interface ScatterPacket {
  readonly n: number;
  readonly reach: ScatterData["reach"];
  readonly line: ScatterLine;
  readonly robust: ScatterLine;
  /** Log returns as 32-bit floats, opens as 32-bit minutes since 1970, parts as bytes. */
  readonly x: string;
  readonly y: string;
  readonly opens: string;
  /** How long each bar lasts, 16-bit minutes. */
  readonly lasts: string;
  readonly part: string;
  readonly older:
    | { readonly across: number; readonly counts: string; readonly total: number }
    | null;
  readonly source: string;
}

/** A scatter whose points can be chosen, to be shown once; the feed brings the points. */
export function scatterMount(id: string, setting: ScatterSetting, fallbackHtml = ""): string {
  return elementMount("comove-scatter", id, setting, fallbackHtml);
}

/** Brings points to the scatter of the same id, about 20 bytes each. Shows nothing itself. */
export function scatterFeed(id: string, found: ScatterData, source: string): string {
  const { n, reach, line, robust, points, older } = found;
  const packet: ScatterPacket = {
    n,
    reach,
    line: plainLine(line),
    robust: plainLine(robust),
    x: packedNumbers(Float32Array.from(points.x)),
    y: packedNumbers(Float32Array.from(points.y)),
    opens: packedNumbers(Uint32Array.from(points.openTime, (time) => time / MINUTE)),
    lasts: packedNumbers(
      Uint16Array.from(points.endTime, (end, row) => (end - points.openTime[row]!) / MINUTE),
    ),
    part: points.part.toBase64(),
    older: older === undefined ? null : {
      across: older.across,
      counts: packedNumbers(Uint16Array.from(older.counts, (count) => Math.min(count, 0xffff))),
      total: older.total,
    },
    source,
  };
  return hiddenFeed(id, packet);
}

/** The points again. */
export function unpackScatter(packet: ScatterPacket): ScatterData {
  const { n, reach, line, robust, older } = packet;
  const opens = new Uint32Array(unpackedBytes(packet.opens));
  const lasts = new Uint16Array(unpackedBytes(packet.lasts));
  const numbers = (text: string) => Float64Array.from(new Float32Array(unpackedBytes(text)));
  return {
    n,
    reach,
    line: { ...line, se: NaN, rsquared: NaN, hacLags: NaN },
    robust,
    points: {
      openTime: Float64Array.from(opens, (minute) => minute * MINUTE),
      endTime: Float64Array.from(opens, (minute, row) => (minute + lasts[row]!) * MINUTE),
      x: numbers(packet.x),
      y: numbers(packet.y),
      part: new Uint8Array(unpackedBytes(packet.part)),
    },
    older: older === null ? undefined : {
      across: older.across,
      counts: Uint32Array.from(new Uint16Array(unpackedBytes(older.counts))),
      total: older.total,
    },
  };
}

function plainLine({ slope, intercept, lo, hi }: ScatterLine): ScatterLine {
  return { slope, intercept, lo, hi };
}
