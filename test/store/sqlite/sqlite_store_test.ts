import { join } from "node:path";
import { openStore } from "../../../lib/store/open_store.ts";
import { withTempFolder } from "../../support/temp_folder.ts";
import { testSql } from "../support/sql_suite.ts";
import { type StoreCase, testStore } from "../support/store_suite.ts";

const CASE: StoreCase = {
  kind: "SQLite",
  withStore(use) {
    return withTempFolder(async (folder) => {
      const path = join(folder, "comove-simulated.db");
      const store = await openStore({ kind: "sqlite", path, dataKind: "simulated" });
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
