import { rowsOf } from "../tables/connection.ts";
import type { ReaderOutside } from "../tables/table_reader.ts";
import { askPostgres } from "./ask_postgres.ts";
import { connectionBy, type PostgresClient } from "./postgres_client.ts";
import { postgresRefusal } from "./postgres_refusal.ts";

/** Seconds that reads in flight are given when a reader is closed. */
const END_SECONDS = 5;

/** How a reader of tables does at a server what each database does in its own way. */
export function postgresOutside(client: PostgresClient, place: string): ReaderOutside {
  return {
    refusal: postgresRefusal,
    // A server checks its pages when it reads them, where it was made with checksums.
    damage: () => Promise.resolve([]),
    close: () => client.end({ timeout: END_SECONDS }),
    async bytes() {
      const [row] = await rowsOf(connectionBy(client), BYTES);
      return Number(row![0]);
    },
    async alone(read) {
      const work = (sql: Parameters<typeof connectionBy>[0]) => read(connectionBy(sql));
      return await client.begin("isolation level repeatable read read only", work) as never;
    },
    async sql(statement, options) {
      try {
        return await askPostgres(client, statement, options);
      } catch (error) {
        throw postgresRefusal(`The store ${place} cannot be read`, error);
      }
    },
  };
}

const BYTES = `select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint from pg_class
  where relnamespace = cast(current_schema() as regnamespace) and relkind = 'r'`;
