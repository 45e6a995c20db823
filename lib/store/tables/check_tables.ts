import { HIGHEST_FUNDING_RATE } from "../../model/funding.ts";
import { DAY, formatUtc, HOUR } from "../../model/time.ts";
import type { Cell } from "../../runtime/database_answer.ts";
import { type Connection, rowsOf } from "./connection.ts";

interface Rule {
  /** Rows that break it. */
  readonly sql: string;
  readonly sentence: (row: readonly Cell[], names: ReadonlyMap<number, string>) => string;
}

/** What must hold between the rows of a store, whatever wrote them. */
const RULES: readonly Rule[] = [
  {
    sql: `select instrument, step, from_time, to_time, state from coverage
      where from_time >= to_time or step < 0
      or state not in ('complete', 'missing', 'closed', 'healing')`,
    sentence: ([instrument, , from, to, state], names) =>
      `coverage of ${nameOf(instrument, names)} from ${at(from)} to ${
        at(to)
      } is no stretch: ${state}`,
  },
  {
    sql: `select instrument, step, from_time, before from (select instrument, step, from_time,
      lag(to_time) over (partition by instrument, step order by from_time) as before from coverage) pairs
      where before > from_time`,
    sentence: ([instrument, , from, before], names) =>
      `coverage of ${nameOf(instrument, names)} overlaps from ${at(from)} to ${at(before)}`,
  },
  {
    sql:
      `select c.instrument, c.step, c.from_time from coverage c left join digests d on d.instrument = c.instrument
      and d.step = c.step and d.day = c.from_time - (c.from_time % ${DAY} + ${DAY}) % ${DAY} where c.digest is distinct from d.digest`,
    sentence: ([instrument, , from], names) =>
      `coverage of ${nameOf(instrument, names)} from ${at(from)} has another digest than its day`,
  },
  {
    sql: `select instrument, step, count(*), min(open_time) from bars b where not exists (
      select 1 from coverage c where c.instrument = b.instrument and c.step = b.step
      and c.from_time > b.open_time - ${DAY} and c.from_time <= b.open_time and c.to_time > b.open_time)
      group by instrument, step`,
    sentence: ([instrument, step, count, first], names) =>
      `${count} bars of ${Number(step) / 1_000} s of ${
        nameOf(instrument, names)
      } lie outside what coverage knows, ` +
      `the first at ${at(first)}`,
  },
  {
    sql: `select * from (select instrument, step, from_time, state, (select count(*) from bars b
      where b.instrument = c.instrument and b.step = c.step and b.open_time >= c.from_time and b.open_time < c.to_time)
      as found from coverage c where step > 0 and state in ('missing', 'closed')) counted where found > 0`,
    sentence: ([instrument, step, from, state, count], names) =>
      `${count} bars of ${Number(step) / 1_000} s of ${
        nameOf(instrument, names)
      } lie where coverage says ${state}, ` +
      `from ${at(from)} on`,
  },
  {
    sql: `select * from (select instrument, from_time, (select count(*) from trades t
      where t.instrument = c.instrument and t.time >= c.from_time and t.time < c.to_time)
      as found from coverage c where step = 0 and state = 'closed') counted where found > 0`,
    sentence: ([instrument, from, count], names) =>
      `${count} trades of ${nameOf(instrument, names)} lie where coverage says closed, from ${
        at(from)
      } on`,
  },
  {
    sql: `select instrument, step, open_time from bars where step <= 0
      or case when step > 0 and step < ${DAY} then open_time % step else 0 end <> 0 or volume < 0`,
    sentence: ([instrument, step, time], names) =>
      `the bar of ${Number(step) / 1_000} s of ${nameOf(instrument, names)} at ${
        at(time)
      } is none: ` +
      "its time, its length or its volume",
  },
  {
    sql: `select b.instrument, b.source, count(*), k.value from bars b join meta k on k.key = 'kind'
      where case k.value when 'live' then b.source not in ('live', 'delayed', 'imported')
      else b.source <> k.value end group by b.instrument, b.source, k.value`,
    sentence: ([instrument, source, count, kind], names) =>
      `${count} bars of ${nameOf(instrument, names)} are ${source} data in a store of ${kind} data`,
  },
  {
    sql: "select instrument, time, id from trades where size < 0 or side not in (-1, 0, 1)",
    sentence: ([instrument, time, id], names) =>
      `trade ${id} of ${nameOf(instrument, names)} at ${at(time)} is none: its size or its side`,
  },
  {
    sql: `select instrument, time, rate from fundings where time % ${HOUR} <> 0
      or abs(rate) > ${HIGHEST_FUNDING_RATE}`,
    sentence: ([instrument, time, rate], names) =>
      `the funding of ${nameOf(instrument, names)} at ${
        at(time)
      } is none: its time or its rate, ${rate}`,
  },
  {
    sql: `select alert, channel, kind from deliveries d where not exists (select 1 from messages m
      where m.alert = d.alert and m.channel = d.channel and m.kind = d.kind)
      union all select alert, channel, kind from messages m where not exists (select 1 from deliveries d
      where m.alert = d.alert and m.channel = d.channel and m.kind = d.kind)`,
    sentence: ([alert, channel, kind]) =>
      `the message ${kind} of ${alert} to ${channel} lacks its text, or what became of it`,
  },
  {
    sql:
      "select id, state from alerts where ended < started or (state = 'resolved' and ended is null)",
    sentence: ([id, state]) => `the alert ${id} is ${state}, and its end does not fit`,
  },
  {
    sql:
      `select instrument, step, open_time from bars where not (low <= high and open between low and high
      and close between low and high) or revision < 0
      or source not in ('live', 'delayed', 'replay', 'simulated', 'imported')`,
    sentence: ([instrument, , time], names) =>
      `the bar of ${nameOf(instrument, names)} at ${at(time)} is none: its prices or its source`,
  },
  {
    sql: `select instrument, from_time, before from (select instrument, from_time,
      lag(to_time) over (partition by instrument order by from_time) as before from contracts) pairs
      where before > from_time`,
    sentence: ([instrument, from, before], names) =>
      `contract months of ${nameOf(instrument, names)} overlap from ${at(from)} to ${at(before)}`,
  },
  {
    sql:
      `select distinct instrument from (select instrument from bars union select instrument from trades
      union select instrument from coverage union select instrument from contracts
      union select instrument from fundings) used
      where instrument not in (select instrument from instruments)`,
    sentence: ([instrument]) => `there are rows of instrument ${instrument}, which is not named`,
  },
];

/** Looks at what the rows say of each other; each finding is a sentence. */
export async function checkTables(
  connection: Connection,
  names: ReadonlyMap<number, string>,
  add: (finding: string) => void,
): Promise<void> {
  for (const { sql, sentence } of RULES) {
    for (const row of await rowsOf(connection, `${sql} limit 100`)) add(sentence(row, names));
  }
}

function nameOf(instrument: Cell | undefined, names: ReadonlyMap<number, string>): string {
  return names.get(Number(instrument)) ?? `unknown instrument ${instrument}`;
}

function at(time: Cell | undefined): string {
  return formatUtc(Number(time));
}
