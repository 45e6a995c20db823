import { rowsOf } from "../tables/connection.ts";
import type { ReaderOutside } from "../tables/table_reader.ts";
import type { Clock } from "../../runtime/clock.ts";
import { askPostgres } from "./ask_postgres.ts";
import { listenRows } from "./listen_rows.ts";
import type { PostgresClient } from "./postgres_client.ts";
import { postgresRefusal } from "./postgres_refusal.ts";

/** How a reader of tables does at a server what each database does in its own way. */
export function postgresOutside(
  client: PostgresClient,
  { url, place, clock }: {
    /** With its secrets. */
    readonly url: string;
    readonly place: string;
    readonly clock: Clock;
  },
): ReaderOutside {
  return {
    onRows: (onRows) => listenRows(url, { clock, onRows }),
    refusal: postgresRefusal,
    // A server checks its pages when it reads them, where it was made with checksums.
    damage: () => Promise.resolve([]),
    close: () => client.end(),
    async bytes() {
      const [row] = await rowsOf(client, BYTES);
      return Number(row![0]);
    },
    alone: (read) => client.transaction(read, "isolation level repeatable read read only"),
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
