import { openStore } from "../../../lib/store/open_store.ts";
import { testStore } from "../support/store_suite.ts";

testStore({
  kind: "memory",
  async withStore(use) {
    const store = await openStore({ kind: "memory", dataKind: "simulated" });
    try {
      await use(store);
    } finally {
      await store.close();
    }
  },
});
