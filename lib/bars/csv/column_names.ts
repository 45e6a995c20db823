import { words } from "../../model/words.ts";

/** Column names in lower case without spaces and punctuation; the first that a file has is used. */
export const NAMES = {
  open: words(`
    open openprice o 1open opening priceopen openlast pxopen openbid eröffnung eroeffnung öffnung
    erster apertura ouverture abertura otwarcie açılış 开盘 开盘价 始値
  `),
  high: words(`
    high highprice h 2high pricehigh pxhigh dayhigh highbid hoch tageshoch máximo maximo haut
    plushaut max massimo máxima najwyzszy yüksek 最高 最高价 高値
  `),
  low: words(`
    low lowprice l 3low pricelow pxlow daylow lowbid tief tagestief mínimo minimo bas plusbas min
    mínima najnizszy düşük 最低 最低价 安値
  `),
  close: words(`
    close closeprice c 4close last latest closelast lastprice pxlast priceclose closebid schluss
    schlusskurs cierre clôture cloture chiusura fechamento último ultimo dernier zamkniecie
    kapanış 收盘 收盘价 終値 price
  `),
  volume: words(`
    volume vol v 5volume volumen volumes totalvolume totvol wolumen umsatz hacim 成交量 出来高
    tickvolume tickvol
  `),
  contract: ["contract", "symbol", "ticker", "instrument", "instrumentid", "code", "ric"],
  trades: ["trades", "count", "numberoftrades", "tradecount", "tradescount", "notrades"],
  vwap: ["vwap", "weightedaverageprice", "weightedprice"],
} as const;

/**
 * Names of a time that is the open of its bar for certain. CoinAPI has the time of the first trade beside the start of
 * the period, so the latter comes first.
 */
const OPEN_TIMES = words(`
  opentimems opentime opentimestamp timeperiodstart periodstart timeopen windowstart starttime
  timestart startat startedat begin begintime barstart start from
`);
/** Names of a time, the likeliest first. */
const TIMES = words(`
  unix unixtime unixtimestamp unixtimems epoch epochms tsevent timestamp timestampms timestamputc
  time timeutc datetime datetimeutc date dateutc gmttime utctime localtime t ts dates datum
  datumzeit zeit fecha fechahora data horodatage 时间 日期 日時 日付 tarih
`);
/** Names of a date that stands beside a time of day. */
const DATES =
  /date|datum|fecha|yymmdd|ddmmyy|mmddyy|^(?:trading|trade|session|business)?day$|^data|^dt$|日期|日付|tarih/;
/** Names of a time of day that stands beside a date. */
const CLOCKS =
  /time|clock|hhmm|^hour$|^minute$|^min$|^seconds?$|uhrzeit|zeit|hora|heure|^ora$|godzina|czas|saat|stamp|时间|時刻/;
/** Names of a time that is the end of its bar. */
const ENDS =
  /^(?:close|end|bar|period)?(?:time|date)?(?:close|end)(?:time|date|stamp|timestamp)?$|periodend|windowend|^to$|^until$|^tsend$/;
/** Names with a time that is none of the bar's. */
const OTHERS =
  /high|low|expir|update|recv|receiv|created|first|last|settle|zone|frame|offset|delivery|matur/;

/** Longer names are of no column that is read. */
const LONGEST_NAME = 200;

/** Lower case, without spaces and punctuation, and without a unit in brackets. */
export function bareName(name: string): string {
  // Text in brackets is a unit, unless the whole name is in brackets.
  const bare = name.slice(0, LONGEST_NAME).replace(/(?<=\S)\s*\([^()]*\)/g, "");
  return bare.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

/** What remains of a name whose non-ASCII letters were not encoded as UTF-8. */
function lossy(name: string): string {
  return name.replace(/[^a-z0-9]/g, "");
}

/** Index of the first of the wanted names; undefined where there is none. */
export function placeOf(bare: readonly string[], wanted: readonly string[]): number | undefined {
  for (const one of wanted) {
    for (const name of [one, lossy(one)]) {
      const at = name.length === 0 ? -1 : bare.indexOf(name);
      if (at >= 0) return at;
    }
  }
  return undefined;
}

/** What the name of a column says about the time in it. */
export interface TimeName {
  /** Its likelihood to be the time of the bar; lower is likelier, undefined for a name of nothing like it. */
  readonly rank: number | undefined;
  /** True where the name says that the time is the bar's open. */
  readonly isOpen: boolean;
  readonly isDate: boolean;
  readonly isClock: boolean;
  readonly isHour: boolean;
  /** True where the name says that the time is the bar's end. */
  readonly isEnd: boolean;
}

/** Place of each name among those of a time. */
const RANKS = ranksOf([...OPEN_TIMES, ...TIMES]);

function ranksOf(names: readonly string[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const [rank, name] of names.entries()) {
    for (const one of [name, lossy(name)]) if (!ranks.has(one)) ranks.set(one, rank);
  }
  return ranks;
}

/** Reads the name of a column, as `bareName` gives it. */
export function timeName(bare: string): TimeName {
  const isOther = OTHERS.test(bare);
  const isEnd = ENDS.test(bare) && !NAMES.close.includes(bare as never);
  const isDate = !isOther && !isEnd && DATES.test(bare);
  const isClock = !isOther && !isEnd && CLOCKS.test(bare);
  const exact = bare === "" ? -1 : RANKS.get(bare) ?? -1;
  const isLike = isDate || isClock;
  const rank = exact >= 0 ? exact : isEnd ? 1_000 : isLike ? 500 : undefined;
  return {
    rank,
    isOpen: exact >= 0 && exact < OPEN_TIMES.length,
    isDate,
    isClock,
    isHour: /^(?:hour|hora|heure|ora|godzina|saat)$/.test(bare),
    isEnd,
  };
}

/** Whether a name is one of a time, as written. */
export function isTimeName(name: string): boolean {
  return timeName(bareName(name)).rank !== undefined;
}

/** Whether a name says that its numbers are since 1970. */
export function isEpochName(bare: string): boolean {
  return /^open_?time|unix|epoch/.test(bare);
}
