import { openStore } from "../../lib/store/open_store.ts";
import { testStore } from "../store/support/store_suite.ts";
import { type PostgresServer, startPostgres } from "./support/postgres_server.ts";

let server: PostgresServer;
Deno.test.beforeAll(async () => void (server = await startPostgres()));
Deno.test.afterAll(() => server.stop());

testStore({
  kind: "PostgreSQL",
  async withStore(use) {
    const url = await server.database();
    const store = await openStore({ kind: "postgres", url, dataKind: "simulated" });
    try {
      await use(store);
    } finally {
      await store.close();
    }
  },
});
