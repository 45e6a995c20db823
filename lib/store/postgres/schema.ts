/** One step from a schema to the next; forward only, and never changed once released. */
export interface PostgresMigration {
  readonly to: number;
  readonly sql: string;
}

/** Texts compare byte by byte, as they do in SQLite. */
const TEXT = 'text collate "C"';

/** The columns of every kind of store; bars and trades lie in a partition for each month. */
const FIRST = `
create table instruments (instrument integer not null, venue ${TEXT} not null, symbol ${TEXT} not null unique,
  kind ${TEXT} not null, detail ${TEXT} not null, primary key (instrument));
create table trades (instrument integer not null, time bigint not null, id bigint not null, received bigint not null,
  price double precision not null, size double precision not null, side smallint not null,
  primary key (instrument, time, id)) partition by range (time);
create table bars (instrument integer not null, step bigint not null, open_time bigint not null,
  open double precision not null, high double precision not null, low double precision not null,
  close double precision not null, volume double precision, trades bigint, vwap double precision,
  revision integer not null, source ${TEXT} not null, run ${TEXT} not null,
  primary key (instrument, step, open_time)) partition by range (open_time);
create table coverage (instrument integer not null, step bigint not null, from_time bigint not null,
  to_time bigint not null, state ${TEXT} not null, reason ${TEXT} not null, digest ${TEXT},
  primary key (instrument, step, from_time));
create table alerts (id ${TEXT} not null, rule ${TEXT} not null, subject ${TEXT} not null, state ${TEXT} not null,
  started bigint not null, ended bigint, value double precision, evidence ${TEXT} not null, primary key (id));
create table deliveries (alert ${TEXT} not null, channel ${TEXT} not null, kind ${TEXT} not null,
  attempts integer not null, next_at bigint, receipt ${TEXT}, error ${TEXT}, primary key (alert, channel, kind));
create table runs (id ${TEXT} not null, started bigint not null, ended bigint, config ${TEXT} not null,
  versions ${TEXT} not null, primary key (id));
create table meta (key ${TEXT} not null, value ${TEXT} not null, primary key (key));
create table contracts (instrument integer not null, from_time bigint not null, to_time bigint not null,
  contract ${TEXT} not null, primary key (instrument, from_time));
create table digests (instrument integer not null, step bigint not null, day bigint not null, rows bigint not null,
  digest ${TEXT} not null, primary key (instrument, step, day));
create table messages (alert ${TEXT} not null, channel ${TEXT} not null, kind ${TEXT} not null,
  created bigint not null, body ${TEXT} not null, primary key (alert, channel, kind));
create table trades_other partition of trades default;
create table bars_other partition of bars default;
`;

/** What perpetuals paid. */
const THIRD = `
create table fundings (instrument integer not null, time bigint not null, rate double precision,
  mark_price double precision, primary key (instrument, time));
`;

/** Servers have had a store since schema 2. */
export const MIGRATIONS: readonly PostgresMigration[] = [
  { to: 2, sql: FIRST },
  { to: 3, sql: THIRD },
];
