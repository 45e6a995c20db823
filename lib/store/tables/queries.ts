const OF = "(select instrument from instruments where symbol = ?1)";

export const INSTRUMENTS = "select detail from instruments order by instrument";

export const BARS =
  `select open_time, open, high, low, close, volume, trades, vwap, revision, source
  from bars where instrument = ${OF} and step = ?2 and open_time >= ?4 and open_time < ?3
  order by open_time limit ?5`;

export const CONTRACTS = `select from_time as "from", to_time as "to", contract from contracts
  where instrument = ${OF} order by from_time`;

export const TRADES = `select time, id, price, size, received, side from trades
  where instrument = ${OF} and (time, id) > (?3, ?4) and time < ?2 order by time, id limit ?5`;

/** What bars are made of: half the cells of a trade, and so twice as fast to read. */
export const PRICES = `select time, id, price, size from trades
  where instrument = ${OF} and (time, id) > (?3, ?4) and time < ?2 order by time, id limit ?5`;

export const FUNDINGS = `select time, rate, mark_price as "markPrice" from fundings
  where instrument = ${OF} and time >= ?2 and time < ?3 order by time limit ?4`;

export const COVERAGE =
  `select symbol as instrument, step as "stepMs", from_time as "from", to_time as "to",
  state, reason, digest from coverage join instruments using (instrument)
  where symbol = ?1 and step = ?2 and to_time > ?3 and from_time < ?4
  order by from_time limit ?5`;

export const ALERTS = `select id, rule, subject, state, started, ended, value, evidence from alerts
  where started >= ?1 and started < ?2 order by started, id`;

export const DELIVERIES =
  `select alert, channel, kind, created, body, attempts, next_at as "nextAt", receipt, error
  from deliveries join messages using (alert, channel, kind) order by created, alert, channel, kind`;

export const RUNS = "select id, started, ended, config, versions from runs order by started, id";

export const NOTE = "select value from meta where key = ?1";

export const DAYS = `select symbol as instrument, step as "stepMs", day, rows
  from digests join instruments using (instrument) where rows > 0 order by symbol, step, day`;
