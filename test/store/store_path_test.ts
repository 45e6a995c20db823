import assert from "node:assert/strict";
import { dataKindOf, storePath } from "../../lib/store/store_path.ts";

const NOTEBOOKS = "/comove/notebooks";

Deno.test("the default name carries the kind of data, beside the configuration or among the notebooks", () => {
  const of = { path: null, notebooks: NOTEBOOKS };
  assert.equal(
    storePath({ ...of, dataKind: "replay", configFile: "/etc/comove/c.yaml" }),
    "/etc/comove/comove-replay.db",
  );
  assert.equal(
    storePath({ ...of, dataKind: "simulated", configFile: undefined }),
    `${NOTEBOOKS}/comove-simulated.db`,
  );
});

Deno.test("a relative path is seen from the same folder, an absolute one stands for itself", () => {
  const of = { dataKind: "live", notebooks: NOTEBOOKS } as const;
  assert.equal(storePath({ ...of, path: "../a.db", configFile: "conf/c.yaml" }), "a.db");
  assert.equal(
    storePath({ ...of, path: "x/a.db", configFile: undefined }),
    `${NOTEBOOKS}/x/a.db`,
  );
  assert.equal(storePath({ ...of, path: "/data/a.db", configFile: "conf/c.yaml" }), "/data/a.db");
});

Deno.test("delayed data is of kind live; the others are kinds of their own", () => {
  assert.deepEqual((["live", "delayed", "replay", "simulated"] as const).map(dataKindOf), [
    ...["live", "live", "replay", "simulated"],
  ]);
});
