import type { ReadBarsOptions } from "../../../lib/bars/csv/read_bars_csv.ts";
import { MINUTE } from "../../../lib/model/time.ts";

/** A bar as programs export it. */
export interface ProgramBar {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** How a program writes bars. */
export interface ProgramLayout {
  /** Names of the columns, separated by commas; absent where the program writes none. */
  readonly head?: string;
  /** What separates cells. @default comma */
  readonly separator?: string;
  readonly cells: (bar: ProgramBar) => readonly (string | number)[];
  /** Lines above the names. */
  readonly above?: readonly string[];
  /** Lines below the table. */
  readonly below?: readonly string[];
  /** What a user has to say for it to be read. */
  readonly options?: Partial<ReadBarsOptions>;
  /** False where it writes no volume that is read. @default true */
  readonly hasVolume?: boolean;
}

const two = (value: number) => `${value}`.padStart(2, "0");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"].concat(
  ["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
);
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** The parts of a time on the clock of UTC. */
function partsOf({ openTime }: ProgramBar) {
  const date = new Date(openTime);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const [hour, minute] = [date.getUTCHours(), date.getUTCMinutes()];
  const half = hour < 12 ? "AM" : "PM";
  return {
    year,
    month,
    day,
    hour,
    minute,
    half,
    iso: `${year}-${two(month)}-${two(day)}`,
    compact: `${year}${two(month)}${two(day)}`,
    short: `${two(year % 100)}${two(month)}${two(day)}`,
    dots: `${two(day)}.${two(month)}.${year}`,
    us: `${two(month)}/${two(day)}/${year}`,
    usBare: `${month}/${day}/${year}`,
    british: `${two(day)}/${two(month)}/${year}`,
    clock: `${two(hour)}:${two(minute)}`,
    clockSeconds: `${two(hour)}:${two(minute)}:00`,
    digits: `${two(hour)}${two(minute)}00`,
    twelve: `${hour % 12 === 0 ? 12 : hour % 12}:${two(minute)}`,
    monthName: MONTHS[month - 1]!,
    dayName: DAYS[date.getUTCDay()]!,
  };
}

type Parts = ReturnType<typeof partsOf>;
const ohlc = ({ open, high, low, close }: ProgramBar) => [open, high, low, close];
const ohlcv = (bar: ProgramBar) => [...ohlc(bar), bar.volume];
const timed = (timeOf: (parts: Parts, bar: ProgramBar) => string | number) => (bar: ProgramBar) => [
  ...[timeOf(partsOf(bar), bar)],
  ...ohlcv(bar),
];
const paired = (cellsOf: (parts: Parts) => readonly (string | number)[]) => (bar: ProgramBar) => [
  ...cellsOf(partsOf(bar)),
  ...ohlcv(bar),
];
const seconds = (bar: ProgramBar) => bar.openTime / 1_000;
const end = (bar: ProgramBar) => bar.openTime + MINUTE;
const NAMES = "Open,High,Low,Close,Volume";

/** Layouts of exports, by the program or venue that writes them. */
export const PROGRAM_LAYOUTS: Readonly<Record<string, ProgramLayout>> = {
  "MetaTrader 5": {
    head: "<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<TICKVOL>,<VOL>,<SPREAD>",
    separator: "\t",
    cells: (bar) => {
      const { iso, clockSeconds } = partsOf(bar);
      return [iso.replaceAll("-", "."), clockSeconds, ...ohlcv(bar), 0, 3];
    },
  },
  "MetaTrader 4, no names": {
    cells: paired(({ iso, clock }) => [iso.replaceAll("-", "."), clock]),
  },
  "NinjaTrader": { separator: ";", cells: timed(({ compact, digits }) => `${compact} ${digits}`) },
  "Forex Tester": {
    head: "<TICKER>,<DTYYYYMMDD>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>",
    cells: (bar) => ["BTCUSD", partsOf(bar).compact, partsOf(bar).digits, ...ohlcv(bar)],
  },
  "Stooq": {
    head: "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
    cells: (bar) => ["BTC.V", 1, partsOf(bar).compact, partsOf(bar).digits, ...ohlcv(bar), 0],
  },
  "Stooq in Polish": {
    head: "Data,Czas,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen",
    cells: paired(({ iso, clockSeconds }) => [iso, clockSeconds]),
  },
  "Finam": {
    head: "<TICKER>;<PER>;<DATE>;<TIME>;<OPEN>;<HIGH>;<LOW>;<CLOSE>;<VOL>".replaceAll(";", ","),
    separator: ";",
    cells: (bar) => ["BTC", 1, partsOf(bar).short, partsOf(bar).digits, ...ohlcv(bar)],
    options: { dates: "ymd" },
  },
  "Finam, dates with slashes": {
    head: "<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>",
    separator: ";",
    cells: paired(({ british, clock }) => [british, clock]),
  },
  "HistData, ASCII": {
    separator: ";",
    cells: timed(({ compact, digits }) => `${compact} ${digits}`),
  },
  "HistData, MetaTrader": { cells: paired(({ iso, clock }) => [iso.replaceAll("-", "."), clock]) },
  "Kibot": { cells: paired(({ us, clock }) => [us, clock]) },
  "FirstRate": { cells: timed(({ iso, clockSeconds }) => `${iso} ${clockSeconds}`) },
  "FirstRate, names": {
    head: `timestamp,${NAMES.toLowerCase()}`,
    cells: timed(({ iso, clockSeconds }) => `${iso} ${clockSeconds}`),
  },
  "Dukascopy": {
    head: `Gmt time,${NAMES}`,
    cells: timed(({ dots, clockSeconds }) => `${dots} ${clockSeconds}.000`),
  },
  "Dukascopy, local": {
    head: `Local time,${NAMES}`,
    cells: timed(({ dots, clockSeconds }) => `${dots} ${clockSeconds}.000 GMT+0000`),
  },
  "TradeStation": {
    head: `"Date","Time","Open","High","Low","Close","Vol","OI"`,
    cells: (bar) => [partsOf(bar).us, partsOf(bar).clock, ...ohlcv(bar), 0],
  },
  "EasyLanguage": {
    head: `Date,Time,${NAMES}`,
    cells: paired(({ short, hour, minute }) => [`1${short}`, 100 * hour + minute]),
  },
  "Sierra Chart": {
    head: "Date, Time, Open, High, Low, Last, Volume, NumberOfTrades, BidVolume, AskVolume",
    cells: (bar) => {
      const { year, month, day, clockSeconds } = partsOf(bar);
      return [`${year}/${month}/${day}`, ` ${clockSeconds}.000000`, ...ohlcv(bar), 7, 1, 2];
    },
  },
  "MultiCharts": {
    head: "<Date>, <Time>, <Open>, <High>, <Low>, <Close>, <Volume>",
    cells: paired(({ usBare, clockSeconds }) => [usBare, clockSeconds]),
  },
  "MultiCharts, total volume": {
    head: "Date,Time,Open,High,Low,Close,TotalVolume",
    cells: paired(({ british, clock }) => [british, clock]),
  },
  "AmiBroker": {
    head: "Ticker,Date/Time,Open,High,Low,Close,Volume",
    cells: (bar) => ["ES", `${partsOf(bar).us} ${partsOf(bar).clockSeconds}`, ...ohlcv(bar)],
  },
  "Tickstory": {
    head: `Date,Timestamp,${NAMES}`,
    cells: paired(({ compact, clockSeconds }) => [compact, clockSeconds]),
  },
  "eSignal": {
    head: `Date,Time,${NAMES}`,
    cells: paired(({ us, twelve, half }) => [us, `${twelve}:00 ${half}`]),
  },
  "half days apart": {
    head: `Date,Time,AM/PM,${NAMES}`,
    cells: paired(({ us, twelve, half }) => [us, twelve, half]),
  },
  "TradingView": {
    head: "time,open,high,low,close,Volume",
    cells: timed((_, bar) => seconds(bar)),
  },
  "TradingView, ISO": {
    head: "time,open,high,low,close,Volume",
    cells: timed(({ iso, clockSeconds }) => `${iso}T${clockSeconds}Z`),
  },
  "cTrader": { cells: paired(({ iso, clock }) => [iso.replaceAll("-", "."), clock]) },
  "Quantower": {
    head: `DateTime,${NAMES}`,
    separator: ";",
    cells: timed(({ us, twelve, half }) => `${us} ${twelve}:00 ${half}`),
  },
  "ATAS": {
    head: `DateTime,${NAMES}`,
    separator: ";",
    cells: timed(({ dots, clockSeconds }) => `${dots} ${clockSeconds}`),
  },
  "MetaStock": {
    head: "<ticker>,<per>,<date>,<time>,<open>,<high>,<low>,<close>,<vol>",
    cells: (
      bar,
    ) => ["ES", "I", partsOf(bar).compact, partsOf(bar).digits.slice(0, 4), ...ohlcv(bar)],
  },
  "MetaStock, no names": {
    cells: (bar) => ["ES", 1, partsOf(bar).compact, partsOf(bar).digits, ...ohlcv(bar)],
  },
  "IQFeed": {
    cells: (bar) => [
      `${partsOf(bar).iso} ${partsOf(bar).clockSeconds}`,
      ...[bar.high, bar.low, bar.open, bar.close, bar.volume, 12],
    ],
  },
  "IQFeed, asked with a number": {
    cells: (bar) => [
      ...["HIT", `${partsOf(bar).iso} ${partsOf(bar).clockSeconds}`],
      ...[bar.high, bar.low, bar.open, bar.close, bar.volume, 12],
    ],
  },
  "kdb+": {
    head: "time,open,high,low,close,volume",
    cells: timed(({ iso, clockSeconds }) =>
      `${iso.replaceAll("-", ".")}D${clockSeconds}.000000000`
    ),
  },
  "Refinitiv": {
    head: "#RIC,Domain,Date-Time,GMT Offset,Type,Open,High,Low,Last,Volume,No. Trades",
    cells: (bar) => {
      const { iso, clockSeconds } = partsOf(bar);
      const time = `${iso}T${clockSeconds}.000000000Z`;
      return ["ESZ5", "Market Price", time, -6, "Intraday 1Min", ...ohlcv(bar), 9];
    },
  },
  "Bloomberg": {
    head: "Dates,PX_OPEN,PX_HIGH,PX_LOW,PX_LAST,VOLUME",
    cells: timed(({ us, clockSeconds }) => `${us} ${clockSeconds}`),
  },
  "Barchart": {
    head: 'Time,Open,High,Low,Latest,Change,%Chg,Volume,"Open Int"',
    cells: (bar) => {
      const { us, clock } = partsOf(bar);
      return [`${us} ${clock}`, ...ohlc(bar), 0.25, "+0.00%", bar.volume, 0];
    },
    below: ['"Downloaded from Barchart.com as of 11-16-2025 09:16am CST"'],
  },
  "Investing.com": {
    head: '"Date","Price","Open","High","Low","Vol.","Change %"',
    cells: (bar) => {
      const { us, clock } = partsOf(bar);
      return [`${us} ${clock}`, bar.close, bar.open, bar.high, bar.low, bar.volume, "0.1%"];
    },
  },
  "Nasdaq.com": {
    head: "Date,Close/Last,Volume,Open,High,Low",
    cells: (bar) => [
      `${partsOf(bar).us} ${partsOf(bar).clock}`,
      ...[bar.close, bar.volume, bar.open, bar.high, bar.low],
    ],
  },
  "IEX": {
    head: "date,minute,label,high,low,open,close,average,volume",
    cells: (bar) => {
      const { iso, clock, twelve, half } = partsOf(bar);
      const { high, low, open, close, volume } = bar;
      return [iso, clock, `${twelve} ${half}`, high, low, open, close, close, volume];
    },
  },
  "Alpaca": {
    head: "symbol,timestamp,open,high,low,close,volume,trade_count,vwap",
    cells: (bar) => {
      const { iso, clockSeconds } = partsOf(bar);
      return ["BTC/USD", `${iso} ${clockSeconds}+00:00`, ...ohlcv(bar), 4, bar.close];
    },
  },
  "Twelve Data": {
    head: "datetime,open,high,low,close,volume",
    separator: ";",
    cells: timed(({ iso, clockSeconds }) => `${iso} ${clockSeconds}`),
  },
  "EODHD": {
    head: "Timestamp,Gmtoffset,Datetime,Open,High,Low,Close,Volume",
    cells: (bar) => {
      const { iso, clockSeconds } = partsOf(bar);
      return [seconds(bar), 0, `${iso} ${clockSeconds}`, ...ohlcv(bar)];
    },
  },
  "CryptoDataDownload": {
    above: ["https://www.CryptoDataDownload.com"],
    head: "unix,date,symbol,open,high,low,close,Volume BTC,Volume USD",
    cells: (bar) => {
      const { iso, clockSeconds } = partsOf(bar);
      return [seconds(bar), `${iso} ${clockSeconds}`, "BTC/USD", ...ohlcv(bar), 1];
    },
  },
  "CryptoCompare": {
    head: "time,high,low,open,volumefrom,volumeto,close",
    cells: (bar) => [seconds(bar), bar.high, bar.low, bar.open, bar.volume, 1, bar.close],
  },
  "Kaggle's bitcoin": {
    head: "Timestamp,Open,High,Low,Close,Volume_(BTC),Volume_(Currency),Weighted_Price",
    cells: (bar) => [seconds(bar), ...ohlcv(bar), 1, bar.close],
  },
  "CoinAPI": {
    head:
      "time_period_start,time_period_end,time_open,time_close,price_open,price_high,price_low,price_close,volume_traded,trades_count",
    separator: ";",
    cells: (bar) => {
      const iso = (time: number) => new Date(time).toISOString().replace("Z", "0000Z");
      const times = [bar.openTime, end(bar), bar.openTime + 700, end(bar) - 900].map(iso);
      return [...times, ...ohlcv(bar), 3];
    },
  },
  "Coin Metrics": {
    head:
      "market,time,price_open,price_close,price_high,price_low,vwap,volume,candle_usd_volume,candle_trades_count",
    cells: (bar) => {
      const { iso, clockSeconds } = partsOf(bar);
      const { open, close, high, low, volume } = bar;
      const time = `${iso}T${clockSeconds}.000000000Z`;
      return ["coinbase-btc-usd-spot", time, open, close, high, low, close, volume, 1, 1];
    },
  },
  "CoinMarketCap": {
    head: "timeOpen,timeClose,timeHigh,timeLow,name,open,high,low,close,volume,marketCap,timestamp",
    separator: ";",
    cells: (bar) => {
      const iso = (time: number) => `"${new Date(time).toISOString()}"`;
      const times = [bar.openTime, end(bar) - 1, bar.openTime, bar.openTime + 9].map(iso);
      return [...times, "2781", ...ohlcv(bar), 19, iso(end(bar) - 1)];
    },
  },
  "Binance archive": {
    cells: (bar) => [bar.openTime, ...ohlcv(bar), end(bar) - 1, 1, 5, 0.5, 0.5, 0],
  },
  "Binance archive, microseconds": {
    cells: (bar) => [bar.openTime * 1_000, ...ohlcv(bar), end(bar) * 1_000 - 1, 1, 5, 0.5, 0.5, 0],
  },
  "Binance futures archive": {
    head:
      "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore",
    cells: (bar) => [bar.openTime, ...ohlcv(bar), end(bar) - 1, 1, 5, 0.5, 0.5, 0],
  },
  "python-binance": {
    head: ",Open time,Open,High,Low,Close,Volume,Close time",
    cells: (bar) => [7, bar.openTime, ...ohlcv(bar), end(bar) - 1],
  },
  "ccxt": { head: "timestamp,open,high,low,close,volume", cells: timed((_, bar) => bar.openTime) },
  "freqtrade": {
    head: "date,open,high,low,close,volume",
    cells: timed(({ iso, clockSeconds }) => `${iso} ${clockSeconds}+00:00`),
  },
  "Kraken": { cells: (bar) => [seconds(bar), ...ohlcv(bar), 12] },
  "Coinbase": {
    cells: (bar) => [seconds(bar), bar.low, bar.high, bar.open, bar.close, bar.volume],
  },
  "Bitfinex": {
    cells: (bar) => [bar.openTime, bar.open, bar.close, bar.high, bar.low, bar.volume],
  },
  "KuCoin": { cells: (bar) => [seconds(bar), bar.open, bar.close, bar.high, bar.low, bar.volume] },
  "Huobi": {
    head: "id,open,close,low,high,amount,vol,count",
    cells: (bar) => [seconds(bar), bar.open, bar.close, bar.low, bar.high, 1, bar.volume, 3],
  },
  "Bybit": {
    head: "start_at,symbol,period,open,high,low,close,volume,turnover",
    cells: (bar) => [seconds(bar), "BTCUSD", 1, ...ohlcv(bar), 1],
  },
  "OKX": {
    head: "ts,o,h,l,c,vol,volCcy,confirm",
    cells: (bar) => [bar.openTime, ...ohlcv(bar), 1, 1],
  },
  "Bitstamp": {
    head: "timestamp,open,high,low,close,volume",
    cells: timed((_, bar) => `${seconds(bar)}.0`),
  },
  "polygon": {
    head: "ticker,volume,open,close,high,low,window_start,transactions",
    cells: (bar) => {
      const { volume, open, close, high, low, openTime } = bar;
      return ["X:BTC-USD", volume, open, close, high, low, `${openTime}000000`, 9];
    },
  },
  "polygon, letters": {
    head: "v,vw,o,c,h,l,t,n",
    cells: ({ volume, open, close, high, low, openTime }) => [
      ...[volume, close, open, close, high, low, openTime, 9],
    ],
  },
  "Databento": {
    head: "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol",
    cells: (bar) => {
      const prices = ohlc(bar).map((price) => Math.round(price * 1e9));
      return [`${bar.openTime}000000`, 33, 1, 294973, ...prices, bar.volume, "ESZ5"];
    },
    options: { scale: 1e9 },
  },
  "Databento, decimal": {
    head: "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol",
    cells: (bar) => {
      const { iso, clockSeconds } = partsOf(bar);
      return [`${iso}T${clockSeconds}.000000000Z`, 33, 1, 294973, ...ohlcv(bar), "ESZ5"];
    },
  },
  "yfinance": {
    above: [],
    head: "Datetime,Open,High,Low,Close,Adj Close,Volume",
    cells: (bar) => {
      const { iso, clockSeconds } = partsOf(bar);
      return [`${iso} ${clockSeconds}+00:00`, ...ohlc(bar), bar.close, bar.volume];
    },
  },
  "IBKR": {
    head: "date,open,high,low,close,volume,average,barCount",
    cells: (bar) => {
      const { compact, clockSeconds } = partsOf(bar);
      return [`${compact} ${clockSeconds} UTC`, ...ohlcv(bar), bar.close, 7];
    },
  },
  "IBKR, dashes": {
    head: "date,open,high,low,close,volume",
    cells: timed(({ compact, clockSeconds }) => `${compact}-${clockSeconds}`),
  },
  "baostock": {
    head: "date,time,code,open,high,low,close,volume,amount,adjustflag",
    cells: (bar) => {
      const { iso, compact, digits } = partsOf(bar);
      return [iso, `${compact}${digits}000`, "sh.600000", ...ohlcv(bar), 1, 3];
    },
  },
  "akshare": {
    head: "时间,开盘,收盘,最高,最低,成交量",
    cells: (bar) => {
      const { iso, clockSeconds } = partsOf(bar);
      return [`${iso} ${clockSeconds}`, bar.open, bar.close, bar.high, bar.low, bar.volume];
    },
  },
  "ariva": {
    head: "Datum,Uhrzeit,Erster,Hoch,Tief,Schlusskurs,Volumen",
    separator: ";",
    cells: paired(({ dots, clock }) => [dots, clock.replace(":", ".")]),
  },
  "Boursorama": {
    head: "date,heure,ouverture,haut,bas,cloture,volume",
    separator: ";",
    cells: paired(({ british, clock }) => [british, clock.replace(":", "h")]),
  },
  "a spreadsheet": {
    head: `Date,${NAMES}`,
    cells: timed((_, bar) => bar.openTime / 86_400_000 + 25_569),
  },
  "a spreadsheet, parts of a day": {
    head: `Date,Time,${NAMES}`,
    cells: (bar) => [
      Math.floor(bar.openTime / 86_400_000) + 25_569,
      bar.openTime % 86_400_000 / 86_400_000,
      ...ohlcv(bar),
    ],
  },
  "a spreadsheet, zeros dropped": {
    head: `Date,Time,${NAMES}`,
    cells: paired(({ compact, digits }) => [compact, Number(digits)]),
  },
  "columns of the clock": {
    head: `Date,Hour,Minute,${NAMES}`,
    cells: paired(({ iso, hour, minute }) => [iso, hour, minute]),
  },
  "JavaScript": {
    head: `Date,${NAMES}`,
    cells: timed(({ dayName, monthName, day, year, clockSeconds }) =>
      `${dayName} ${monthName} ${
        two(day)
      } ${year} ${clockSeconds} GMT+0000 (Coordinated Universal Time)`
    ),
  },
  "HTTP dates": {
    head: `Date,${NAMES}`,
    cells: timed(({ dayName, monthName, day, year, clockSeconds }) =>
      `"${dayName}, ${two(day)} ${monthName} ${year} ${clockSeconds} GMT"`
    ),
  },
  "NSE": {
    head: `Date,Time,${NAMES}`,
    cells: paired(({ day, monthName, year, clockSeconds }) => [
      `${two(day)}-${monthName.toUpperCase()}-${year % 100}`,
      clockSeconds,
    ]),
  },
  "digits of fourteen": {
    head: `DateTime,${NAMES}`,
    cells: timed(({ compact, digits }) => `${compact}${digits}`),
  },
  "digits of twelve": {
    head: `DateTime,${NAMES}`,
    cells: timed(({ compact, digits }) => `${compact}${digits.slice(0, 4)}`),
  },
  "day first in digits": {
    head: `DDMMYYYY,HHMM,${NAMES}`,
    cells: paired(({ day, month, year, digits }) => [
      `${two(day)}${two(month)}${year}`,
      digits.slice(0, 4),
    ]),
  },
  "LEAN, with its date joined": {
    head: `date,ms,${NAMES}`,
    cells: (bar) => [
      `${partsOf(bar).iso} ${partsOf(bar).clockSeconds}`,
      bar.openTime % 86_400_000,
      ...ohlc(bar).map((price) => Math.round(price * 1e6)),
      bar.volume,
    ],
    options: { scale: 1e6 },
  },
  "named by the end": {
    head: "close_time,open,high,low,close,volume",
    cells: timed((_, bar) => end(bar)),
    options: { stamp: "close" },
  },
  "named a moment before the end": {
    head: "time,open,high,low,close,volume",
    cells: timed((_, bar) => end(bar) - 1),
    options: { stamp: "close" },
  },
};
