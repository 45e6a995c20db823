import { MINUTE } from "../../../lib/model/time.ts";
import { encodeFrame } from "../../../lib/wire/tws_frame.ts";

const OPEN = Date.UTC(2025, 11, 3, 14);
const kline = (x: boolean) =>
  `{"e":"kline","E":${OPEN + 2_000},"s":"BTCUSDT","k":{"t":${OPEN},"T":${
    OPEN + MINUTE - 1
  },"s":"BTCUSDT","i":"1m","f":100,"L":200,"o":"0.0010","c":"0.0020","h":"0.0025","l":"0.0015","v":"1000","n":100,"x":${x},"q":"1.0000","V":"500","Q":"0.500","B":"123456"}}`;

/** What a Binance stream says, one of each kind. */
export const STREAM_FRAMES: readonly string[] = [
  kline(false),
  kline(true),
  `{"stream":"btcusdt@kline_1m","data":${kline(true)}}`,
  `{"stream":"btcusdt@trade","data":{"e":"trade","E":${OPEN},"s":"BTCUSDT","t":12345,"p":"0.001","q":"100","T":${OPEN},"m":true,"M":true}}`,
  `{"e":"aggTrade","E":${OPEN},"s":"BTCUSDT","a":12345,"p":"0.001","q":"100","f":100,"l":105,"T":${OPEN},"m":true,"M":true}`,
  `{"stream":"btcusdt@bookTicker","data":{"u":400900217,"s":"BTCUSDT","b":"25.35","B":"31.21","a":"25.36","A":"40.66"}}`,
  `{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":${OPEN}}}`,
  `{"result":null,"id":1}`,
  `{"error":{"code":2,"msg":"Invalid request"},"id":null}`,
];

/** The same of a USD-M socket, under `/market` and `/public`. */
export const USDM_FRAMES: readonly string[] = [
  `{"stream":"btcusdt@kline_1m","data":${
    kline(false).replace('"s":', '"st":1,"ps":"BTCUSDT","s":')
  }}`,
  `{"stream":"btcusdt@kline_1m","data":${kline(true)}}`,
  `{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":${OPEN},"a":5933014,"s":"BTCUSDT","p":"0.001","q":"100","nq":"100","f":100,"l":105,"T":${OPEN},"m":true,"st":1}}`,
  `{"stream":"btcusdt@trade","data":{"e":"trade","E":${OPEN},"T":${OPEN},"s":"BTCUSDT","t":12345,"p":"0.001","q":"100","X":"MARKET","m":true}}`,
  `{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":400900217,"E":${OPEN},"T":${OPEN},"s":"BTCUSDT","ps":"BTCUSDT","st":1,"b":"25.35","B":"31.21","a":"25.36","A":"40.66"}}`,
  `{"stream":"btcusdt@markPrice","data":{"e":"markPriceUpdate","E":${OPEN},"s":"BTCUSDT","st":1,"p":"10934.62615417","P":"10962.17178236","i":"10933.62615417","r":"","T":0}}`,
  `{"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":${OPEN},"s":"BTCUSDT","p":"11794.15","i":"11784.62","P":"11784.25","r":"0.00038167","T":${OPEN}}}`,
  `{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":${OPEN}}}`,
  `{"result":null,"id":1}`,
  `{"error":{"code":2,"msg":"Invalid request"},"id":null}`,
];

export const FUNDING_ROWS: readonly string[] = [
  `[{"symbol":"BTCUSDT","fundingTime":1764748800003,"fundingRate":"0.00010000","markPrice":"92000.1"},{"symbol":"BTCUSDT","fundingTime":1764777600000,"fundingRate":"-0.00012500","markPrice":""}]`,
  "[]",
];

export const PREMIUM_INDEX: readonly string[] = [
  `{"symbol":"BTCUSDT","markPrice":"92000.1","indexPrice":"91990.0","estimatedSettlePrice":"91991.0","lastFundingRate":"0.00038246","interestRate":"0.00010000","nextFundingTime":1764777600000,"time":1764770462003}`,
];

export const RETRY_AFTER: readonly string[] = ["7", "120", "0", "259200"];

export const KLINE_ROWS: readonly string[] = [
  `[[${OPEN},"0.01","0.8","0.01","0.5","148.9",${OPEN + 59_999},"2434.1",308,"175.0","28.4","0"],[${
    OPEN + MINUTE
  },"0.5","0.9","0.4","0.6","11.0",${OPEN + 119_999},"24.1",8,"5.0","8.4","0"]]`,
  "[]",
];

export const TRADE_ROWS = {
  single: [
    `[{"id":9,"price":"0.5","qty":"2.0","quoteQty":"1.0","time":${OPEN},"isBuyerMaker":false,"isBestMatch":true},{"id":10,"price":"0.6","qty":"1.0","quoteQty":"0.6","time":${OPEN},"isBuyerMaker":true,"isBestMatch":true}]`,
  ],
  aggregate: [
    `[{"a":9,"p":"0.5","q":"2.0","f":20,"l":22,"T":${OPEN},"m":false},{"a":10,"p":"0.6","q":"1.0","f":25,"l":25,"T":${OPEN},"m":true}]`,
  ],
} as const;

export const SERVER_TIMES: readonly string[] = [`{"serverTime":${OPEN}}`];
export const ERROR_BODIES: readonly string[] = [
  `{"code":-1121,"msg":"Invalid symbol."}`,
  `{"code":-1003,"msg":"Way too much request weight used; IP banned until ${OPEN}."}`,
];

/** What Deribit sends, one of each kind. */
export const DERIBIT_FRAMES: readonly string[] = [
  `{"jsonrpc":"2.0","id":1,"result":"ok","usIn":${OPEN}100,"usOut":${OPEN}180,"usDiff":80,"testnet":false}`,
  `{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}`,
  `{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}}`,
  `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"deribit_volatility_index.btc_usd","data":{"timestamp":${
    OPEN + 1_007
  },"volatility":41.37,"index_name":"btc_usd"}}}`,
  `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"platform_state","data":{"price_index":"sol_usdc","locked":true}}}`,
  `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"platform_state","data":{"maintenance":true}}}`,
  `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"deribit_price_index.btc_usd","data":{"price":91940.1}}}`,
  `{"jsonrpc":"2.0","id":1,"error":{"code":10028,"message":"too_many_requests","data":null}}`,
  `{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"Invalid params","data":{"reason":"must be one of 1, 60","param":"resolution"}}}`,
];

/** What Deribit answers to the methods in use. */
export const DERIBIT_REPLIES: readonly string[] = [
  `{"data":[[${OPEN},41.30,41.41,41.28,41.37],[${
    OPEN + MINUTE
  },41.37,41.40,41.33,41.36]],"continuation":${OPEN - MINUTE}}`,
  `{"data":[[${OPEN},0.2130,0.2141,0.2128,0.2137]],"continuation":null}`,
  `["deribit_volatility_index.btc_usd","platform_state"]`,
  `${OPEN}`,
  `{"locked":"partial","locked_indices":["btc_usd"]}`,
  `{"locked":false,"locked_currencies":[]}`,
].map((result) => `{"jsonrpc":"2.0","id":3,"result":${result},"usIn":1,"usOut":2,"usDiff":1}`);

const CONTRACT = [495512563, "ES", "FUT", "202512", 0, "", "50", "CME", "", "USD", "ESZ5", "ES"];

/** What a client of TWS asks, as fields. */
export const TWS_REQUESTS: readonly (readonly (string | number)[])[] = [
  [71, 2, 17, ""],
  [49, 1],
  [9, 8, 1, ...CONTRACT, 0, "", "", ""],
  [50, 3, 2, ...CONTRACT, 5, "TRADES", 0, ""],
  [51, 1, 2],
  [1, 11, 3, ...CONTRACT, 0, "", 0, 0, ""],
  [59, 1, 3],
  [20, 4, ...CONTRACT, 0, "", "1 min", "3600 S", 0, "TRADES", 2, 0, ""],
  [87, 5, ...CONTRACT, 0, 0, "TRADES", 2],
  [97, 6, ...CONTRACT, "Last", 0, 0],
  [98, 6],
];

const HOURS =
  "20251202:1700-20251203:1600;20251203:1700-20251204:1600;20251206:CLOSED;20251207:1700-20251208:1600";
const SECONDS = OPEN / 1_000;

/** What TWS answers at version 193, as frames. */
export const TWS_REPLIES: readonly Uint8Array[] = [
  [4, 2, -1, 2104, "Market data farm connection is OK:usfuture", ""],
  [4, 2, 7, 162, "Historical Market Data Service error message:HMDS query returned no data", ""],
  [4, 2, 7, 321, "Error validating request", `{"a":1}`],
  [9, 1, 1],
  [15, 1, "DU1234567,"],
  [49, 1, SECONDS],
  [
    ...[
      10,
      1,
      "ES",
      "FUT",
      "20251219 08:30:00 US/Central",
      "20251219",
      0,
      "",
      "CME",
      "USD",
      "ESZ5",
    ],
    ...["ES", "ES", 495512563, 0.25, 50, "LMT,MKT", "CME,QBALGO", 1, 11004968, "E-mini S&P 500"],
    ...["", "202512", "", "", "", "US/Central", HOURS, HOURS, "", "", 1, "CUSIP", "12345", 1, "ES"],
    ...["IND", "67,67", "20251219", "", 1, 1, 1, 0],
  ],
  [52, 1, 1],
  [50, 3, 2, SECONDS, 6000.25, 6001, 5999.5, 6000.75, 120, 6000.5, 30],
  [
    ...[17, 4, "20251203 08:00:00 US/Central", "20251203 09:00:00 US/Central", 2],
    ...[SECONDS, 6000, 6001, 5999, 6000.5, 120, 6000.4, 31],
    ...[SECONDS + 60, 6000.5, 6002, 6000, 6001, 130, 6001.4, 33],
  ],
  [1, 6, 3, 4, 6000.25, 3, 0],
  [2, 6, 3, 8, 120_000],
  [46, 6, 3, 45, String(SECONDS)],
  [58, 1, 3, 3],
  [81, 3, 0.25, "9c0001", 3],
  [99, 6, 1, SECONDS, 6000.25, 3, 0, "CME", ""],
].map((fields) => encodeFrame(fields));

export const HOURS_TEXTS: readonly string[] = [
  HOURS,
  "20251203:0830-1500,1530-1600;20251204:CLOSED",
  "20251224:1700-20251225:1600",
];
export const EXPIRIES: readonly string[] = ["20251219", "20251219 08:30:00 US/Central", "202512"];

/** A code and what TWS says to it. */
export const TWS_ERRORS: readonly string[] = [
  "162 Historical Market Data Service error message:API historical data query cancelled: 4",
  "162 Historical Market Data Service error message:HMDS query returned no data: ESZ5@CME Trades",
  "162 Historical Market Data Service error message:Historical data request pacing violation",
  "162 Historical Market Data Service error message:No market data permissions for CME FUT",
  "162 Trading TWS session is connected from a different IP address",
  "354 Requested market data is not subscribed. Delayed market data is available.",
  "420 Invalid Real-time Query: No market data permissions for CME FUT",
  "10089 Requested market data requires additional subscription for API.",
  "10197 No market data during competing live session",
  "326 Unable to connect as the client id is already in use.",
];

export const BAR_TIMES: readonly string[] = [
  String(SECONDS),
  "20251203",
  "20251203 08:00:00 US/Central",
  "20251203  08:00:00 EST (Eastern Standard Time)",
];

export const ZONE_NAMES: readonly string[] = [
  ...["US/Central", "CST", "CTT", "EST (Eastern Standard Time)", "America/Chicago", "Etc/UTC"],
];

/** Rows of a recording, one of each sort. */
export const TAPE_ROWS: readonly string[] = [
  { in: "start", at: 0.25, wall: OPEN },
  { in: "timer", id: 1, delayMs: 1_000, at: 1_000.5, wall: OPEN + 1_000 },
  { in: "socket-text", id: 1, text: kline(true), at: 2_000, wall: OPEN },
  { in: "socket-end", id: 1, end: { kind: "closed", code: 1006, reason: "" }, at: 3, wall: OPEN },
  {
    ...{ in: "http-answer", id: 1, status: 200, headers: { "retry-after": "7" }, text: "[]" },
    ...{ at: 4, wall: OPEN },
  },
  { in: "tcp-data", id: 1, bytes: "\u0000\u0000\u0000\u00ff49", at: 5, wall: OPEN },
  { in: "tcp-error", id: 1, code: "ECONNRESET", message: "read ECONNRESET", at: 6, wall: OPEN },
  { out: "random", value: 0.5 },
  { out: "http-ask", id: 1, url: "https://venue.test/api/v3/time", limitMs: 8_000 },
  { out: "tcp-dial", id: 1, host: "127.0.0.1", port: 4_002 },
  { note: "lost", rows: 3 },
  { note: "end" },
].map((row) => JSON.stringify(row));

export const MANIFESTS: readonly string[] = [
  JSON.stringify({
    ...{ format: "comove-recording", version: 1, startedAt: OPEN, source: "simulated" },
    ...{ instruments: ["BTCUSDT", "ES"], settings: { binance: { market: "usdm" } } },
  }),
];

/** Minute bars as people keep them: with a zone, in epoch ms, with other columns and orders. */
export const BAR_TABLES: readonly string[] = [
  `openTime,open,high,low,close,volume\n${OPEN},5,7,4,6,12\n${OPEN + MINUTE},6,7,5,6.5,3\n`,
  "timestamp,open,high,low,close,volume,trades,vwap\n2025-12-03T14:00:00Z,5,7,4,6,12,3,5.5\n",
  'Date;Open;High;Low;Close;Volume\n"2025-12-03 14:00";5,5;7,25;4;6;12\n',
  "<TICKER>,<DTYYYYMMDD>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\nES,20251203,140000,5,7,4,6,12\n",
  "Date,Time,AM/PM,Open,High,Low,Close,Volume\n12/13/2025,02:00,PM,5,7,4,6,12\n",
  "20251203 140000;5;7;4;6;12\n20251203 140100;6;7;5;6,5;3\nDownloaded from a venue at night\n",
  "YYMMDD,HHMM,Open,High,Low,Close\n251203,905,NaN,NaN,NaN,NaN\n251203,906,5,7,4,6\n",
];

export const CONFIGS: readonly string[] = [
  "source: live\nclock: { speed: 1 }\nibkr:\n  port: 4002\n  clientId: 17\n  roll: volume\n",
  "binance: { market: usdm, symbols: [BTCUSDT, ETHUSDT] }\ndata: { backfillHours: 24 }\n",
  "replay: { path: recordings/a, speed: max }\nsource: replay\nlog: { level: info, dir: null }\n",
];
