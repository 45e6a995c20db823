import assert from "node:assert/strict";
import { breachesOf, importsOf, loadedWith, type Module } from "./import_graph.ts";

const ROOT = new URL("../../", import.meta.url);
const TOP_LEVEL = ["LICENSE", "README.md", "data-samples", "deno.json", "deno.lock"];
const TOP_FOLDERS = ["lib", "notebooks", "test"];

async function modulesBelow(folder: string): Promise<Module[]> {
  const modules: Module[] = [];
  for await (const entry of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) modules.push(...await modulesBelow(`${path}/`));
    else if (path.endsWith(".ts")) {
      modules.push({ path, text: await Deno.readTextFile(new URL(path, ROOT)) });
    }
  }
  return modules;
}

Deno.test("lib keeps its layers, has no cycles, and reaches for the outside only in runtime", async () => {
  const modules = await modulesBelow("lib/");
  assert.ok(modules.length > 50, "the sources must be found");
  assert.deepEqual(breachesOf(modules), []);
});

Deno.test("a stream, and a notebook that opens a live market, load nothing of the simulator", async () => {
  const modules = await modulesBelow("lib/");
  const simulated = (entry: string) =>
    [...loadedWith(entry, modules)].filter((path) => path.startsWith("lib/simulator/"));
  for (const entry of ["lib/cli/main.ts", "lib/cli/stream.ts", "lib/mod.ts"]) {
    assert.ok(loadedWith(entry, modules).size > (entry.endsWith("main.ts") ? 3 : 100), entry);
    assert.deepEqual(simulated(entry), [], entry);
  }
  assert.ok(
    simulated("lib/simulator/binance/embedded.ts").length > 20,
    "it must be seen where it is",
  );
});

/** What is left of a module without its comments and re-exports. */
function ownCode(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\/\/.*/g, "")
    .replace(/export (type )?(\{[^}]*\}|\*) from "[^"]+";/g, "").trim();
}

Deno.test("mod.ts only re-exports", async () => {
  for (const path of ["lib/mod.ts", "lib/stats/mod.ts", "lib/sync/mod.ts", "lib/pairs/mod.ts"]) {
    assert.equal(ownCode(await Deno.readTextFile(new URL(path, ROOT))), "", path);
  }
  assert.notEqual(ownCode(`export { a } from "./a.ts";\nexport const b = 1;`), "");
  assert.notEqual(ownCode(`import { a } from "./a.ts";\na();`), "");
});

Deno.test("the top level holds what the user asked for and no more", async () => {
  const names = (await Array.fromAsync(Deno.readDir(ROOT))).map((entry) => entry.name);
  assert.deepEqual(strangersAmong(names), []);
  assert.deepEqual(strangersAmong([".git", "lib", "deno.json", "notes.md", "src"]), [
    ...["notes.md", "src"],
  ]);
});

function strangersAmong(names: readonly string[]): string[] {
  const known = [...TOP_LEVEL, ...TOP_FOLDERS, "node_modules"];
  return names.filter((name) => !name.startsWith(".") && !known.includes(name));
}

/** What the checker says of one planted file, beside a harmless neighbour of each layer. */
function said(path: string, text: string, ...more: Module[]): string {
  const neighbours = [
    "model/a",
    "bars/a",
    "sync/a",
    "feeds/a",
    "simulator/a",
    "market/a",
    "store/a",
  ];
  return breachesOf([
    ...neighbours.map((n) => ({ path: `lib/${n}.ts`, text: "export const a = 1;\n" })),
    { path, text },
    ...more,
  ]).join("\n");
}

Deno.test("breachesOf sees a planted breach of every rule", () => {
  assert.match(
    said("lib/bars/x.ts", `import { a } from "../sync/a.ts";`),
    /reaches up to lib\/sync/,
  );
  assert.match(said("lib/model/x.ts", `import { a } from "../bars/a.ts";`), /reaches up/);
  assert.match(said("lib/simulator/x.ts", `import { a } from "../feeds/a.ts";`), /reaches up/);
  assert.match(said("lib/kernel/x.ts", `import { a } from "../simulator/a.ts";`), /reaches across/);
  assert.match(said("lib/feeds/x.ts", `await import("../market/a.ts");`), /reaches up/);
  assert.match(said("lib/sync/x.ts", `import ws from "ws";`), /pure and imports ws/);
  assert.match(said("lib/market/x.ts", `import ws from "ws";`), /whose home is/);
  assert.match(said("lib/market/x.ts", `import ws from "npm:ws@8.23.0";`), /whose home is/);
  assert.match(said("lib/market/x.ts", `import a from "lodash";`), /lodash, which has no home/);
  assert.match(said("lib/cli/x.ts", `import a from "jsr:@std/a@1";`), /which has no home/);
  assert.match(said("lib/cli/x.ts", `import a from "https://a.example/a.ts";`), /no home/);
  assert.match(said("lib/cli/x.ts", `const a = await import(name);`), /a computed name/);
  assert.match(said("lib/cli/x.ts", "await import(`./${name}.ts`);"), /a computed name/);
  assert.match(said("lib/sync/x.ts", `import "../../test/a.ts";`), /imports test\/a\.ts/);
  assert.match(said("lib/stats/x.ts", `import type { A } from "../sync/a.ts";`), /reaches up/);
  assert.match(said("lib/runtime/x.ts", `import { a } from "../feeds/a.ts";`), /reaches up/);
  assert.match(said("lib/simulator/x.ts", `export * from "../feeds/a.ts";`), /reaches up/);
  assert.equal(said("lib/sync/x.ts", `import { mean } from "simple-statistics";`), "");
  assert.equal(said("lib/cli/x.ts", `import { a } from "../market/a.ts";`), "");
  assert.match(said("lib/market/x.ts", `import { a } from "../store/a.ts";`), /reaches up/);
  assert.match(
    said("lib/store/x.ts", `import { a } from "../market/open_market.ts";`),
    /reaches up/,
  );
  assert.equal(said("lib/market/open_market.ts", `import { a } from "../store/a.ts";`), "");
  assert.match(said("lib/other/x.ts", `export {};`), /no layer/);
  const [a, b] = ["a", "b"].map((n) => `lib/bars/c${n}.ts`) as [string, string];
  assert.match(
    said(a, `import "./cb.ts";`, { path: b, text: `import "./ca.ts";` }),
    /cycle: lib\/bars\/ca\.ts → lib\/bars\/cb\.ts → lib\/bars\/ca\.ts/,
  );
});

Deno.test("breachesOf sees every ambient effect outside runtime, and lets a reason excuse it", () => {
  const effects = [
    ...["Date.now()", "new Date()", "performance.now()", "Math.random()", "crypto.randomUUID()"],
    ...["setTimeout(f, 1)", "fetch(u)", `import "node:net"`, `import "node:fs/promises"`],
    ...["Deno.args", "process.env", "console.log(1)", "globalThis.fetch(u)", "new WebSocket(u)"],
    ...["const now = Date();", "const now = new Date;", "Temporal.Now.instant()"],
    ...["AbortSignal.timeout(5)", "const later = setTimeout;", "const get = fetch;"],
    ...[
      "`${Date.now()}`",
      `import "node:crypto"`,
      `const w = await import("node:worker_threads");`,
    ],
  ];
  for (const effect of effects) {
    assert.match(said("lib/feeds/x.ts", effect), /reaches for/, effect);
    assert.equal(said("lib/runtime/x.ts", effect), "", `${effect} belongs in runtime`);
    assert.equal(said("lib/feeds/x.ts", `// ${effect}`), "", "comments do not count");
    assert.equal(said("lib/feeds/x.ts", `${effect} // ambient-ok: shown to work`), "");
  }
});

Deno.test("breachesOf is not misled by text that only looks like an effect", () => {
  const harmless = [
    `const text = "in this process. Deno.args, setTimeout(f)";`,
    `const quote = /["'\`]/; // Date.now()`,
    "clock.setTimeout(f, 1); clock.now(); feed.fetch();",
    "new Date(time).toISOString(); Date.UTC(2026, 0); Date.parse(text);",
    "const process = 1; /* fetch(u) */ const fetched = 2;",
    `import { join } from "node:path";`,
  ];
  for (const text of harmless) assert.equal(said("lib/feeds/x.ts", text), "", text);
  const afterQuote = `const quote = /["']/; const now = Date.now();`;
  assert.match(said("lib/feeds/x.ts", afterQuote), /the local clock/);
  const afterSlashes = `const slashes = /\\/\\//; fetch(u);`;
  assert.match(said("lib/feeds/x.ts", afterSlashes), /the network/);
});

Deno.test("importsOf reads every form of import", () => {
  const text = `import a from "./a.ts";
import { b,
  c } from "./b.ts";
export * from "./c.ts";
import type { D } from "./d.ts";
const e = await import("./e.ts");
import "./f.ts";
// import "./g.ts";
`;
  assert.deepEqual(importsOf({ path: "lib/x.ts", text }).map((i) => i.specifier).sort(), [
    ...["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./f.ts"],
  ]);
});
