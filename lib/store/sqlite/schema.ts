/** Marks the file as one of Comove's: `COMV` in the header of the file. */
export const APPLICATION_ID = 0x434f4d56;

/** The tables of the first schema: the same columns in every kind of store. */
const FIRST = `
create table instruments (instrument integer not null, venue text not null, symbol text not null, kind text not null,
  detail text not null, primary key (instrument)) strict, without rowid;
create table trades (instrument integer not null, time integer not null, id integer not null,
  received integer not null, price real not null, size real not null, side integer not null,
  primary key (instrument, time, id)) strict, without rowid;
create table bars (instrument integer not null, step integer not null, open_time integer not null, open real not null,
  high real not null, low real not null, close real not null, volume real, trades integer, vwap real,
  revision integer not null, source text not null, run text not null,
  primary key (instrument, step, open_time)) strict, without rowid;
create table coverage (instrument integer not null, step integer not null, from_time integer not null,
  to_time integer not null, state text not null, reason text not null, digest text,
  primary key (instrument, step, from_time)) strict, without rowid;
create table alerts (id text not null, rule text not null, subject text not null, state text not null,
  started integer not null, ended integer, value real, evidence text not null,
  primary key (id)) strict, without rowid;
create table deliveries (alert text not null, channel text not null, kind text not null, attempts integer not null,
  next_at integer, receipt text, error text, primary key (alert, channel, kind)) strict, without rowid;
create table runs (id text not null, started integer not null, ended integer, config text not null,
  versions text not null, primary key (id)) strict, without rowid;
create table meta (key text not null, value text not null, primary key (key)) strict, without rowid;
`;

/** Contract months of futures' bars; digests of each day's rows; what each delivery sends. */
const SECOND = `
create table contracts (instrument integer not null, from_time integer not null, to_time integer not null,
  contract text not null, primary key (instrument, from_time)) strict, without rowid;
create table digests (instrument integer not null, step integer not null, day integer not null, rows integer not null,
  digest text not null, primary key (instrument, step, day)) strict, without rowid;
create table messages (alert text not null, channel text not null, kind text not null, created integer not null,
  body text not null, primary key (alert, channel, kind)) strict, without rowid;
pragma application_id = ${APPLICATION_ID};
`;

/** What perpetuals paid. */
const THIRD = `
create table fundings (instrument integer not null, time integer not null, rate real, mark_price real,
  primary key (instrument, time)) strict, without rowid;
`;

/** One step from a schema to the next; forward only, and never changed once released. */
export interface Migration {
  readonly to: number;
  readonly sql: string;
  /** The rows there are have no digests yet. */
  readonly needsDigests?: boolean;
}

export const MIGRATIONS: readonly Migration[] = [
  { to: 1, sql: FIRST },
  { to: 2, sql: SECOND, needsDigests: true },
  { to: 3, sql: THIRD },
];

export { SCHEMA } from "../tables/schema_number.ts";

/** Tables that every store has, whatever its schema. */
export const FIRST_TABLES = "instruments trades bars coverage alerts deliveries runs meta"
  .split(" ");
