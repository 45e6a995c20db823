import { openStore } from "../../../lib/store/open_store.ts";
import { testSql } from "../support/sql_suite.ts";
import { type StoreCase, testStore } from "../support/store_suite.ts";

const CASE: StoreCase = {
  kind: "memory",
  async withStore(use) {
    const store = await openStore({ kind: "memory", dataKind: "simulated" });
    try {
      await use(store);
    } finally {
      await store.close();
    }
  },
};

testStore(CASE);
testSql(CASE);
