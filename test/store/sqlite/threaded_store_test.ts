import { join } from "node:path";
import { openThreadedStore } from "../../../lib/store/sqlite/threaded_store.ts";
import { withTempFolder } from "../../support/temp_folder.ts";
import { testSql } from "../support/sql_suite.ts";
import { type StoreCase, testStore } from "../support/store_suite.ts";

const CASE: StoreCase = {
  kind: "threaded",
  withStore(use) {
    return withTempFolder(async (folder) => {
      const path = join(folder, "comove-simulated.db");
      const store = await openThreadedStore({ kind: "sqlite", path, dataKind: "simulated" });
      try {
        await use(store);
      } finally {
        await store.close();
      }
    });
  },
};

testStore(CASE);
testSql(CASE);
