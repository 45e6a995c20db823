import assert from "node:assert/strict";
import type { Notebook } from "../../lib/kernel/notebook_file.ts";
import { declaredParameters, withParameters } from "../../lib/kernel/parameters.ts";
import { code, notebookOf, prose } from "./notebooks.ts";

function declaring(source: string): Notebook {
  return notebookOf(prose("# T"), "import a;", code(source, "parameters"), "use()");
}

Deno.test("declaredParameters reads names, defaults and types", () => {
  const source = `// let COMMENTED = 1;
let SOURCE = "simulated"; // or "live"; not = now
var WINDOW: number = 60, LAGS = [1, 2,
  3];
let RUN_SECONDS = 30
let NAME: "a;b" | "c" = "a;b"
export let NESTED = { a: 1, b: "let X = 2;" };
let f = (x: number) => { let INNER = 1; return x + INNER; };
const FIXED = true;
let isLive =
  false;
let unset: number;
`;
  const found = declaredParameters(declaring(source));
  assert.deepEqual(found.map(({ name, type, text }) => [name, type, text.replace(/\s+/g, " ")]), [
    ["SOURCE", "string", `"simulated"`],
    ["WINDOW", "number", "60"],
    ["LAGS", undefined, "[1, 2, 3]"],
    ["RUN_SECONDS", "number", "30"],
    ["NAME", undefined, `"a;b"`],
    ["NESTED", undefined, `{ a: 1, b: "let X = 2;" }`],
    ["f", undefined, "(x: number) => { let INNER = 1; return x + INNER; }"],
    ["FIXED", "boolean", "true"],
    ["isLive", "boolean", "false"],
  ]);
  assert.deepEqual(found.filter(({ canBeSet }) => !canBeSet).map(({ name }) => name), ["FIXED"]);
  assert.deepEqual(declaredParameters(notebookOf("let A = 1")), []);
});

Deno.test("withParameters adds one cell of plain assignments right after the declaring one", () => {
  const notebook = declaring(`let A = 1; let B = "x"; let C = null;`);
  const set = withParameters(notebook, { A: 2.5, B: `q"uote`, C: [1, { d: true }] });
  assert.equal(set.cells.length, 5);
  assert.equal(set.cells[3]!.source, `A = 2.5;\nB = "q\\"uote";\nC = [1,{"d":true}];`);
  assert.deepEqual(set.cells[3]!.metadata, { tags: ["injected-parameters"] });
  assert.deepEqual(withParameters(notebook, {}), notebook);
  const again = withParameters(set, { A: 3 });
  assert.equal(again.cells.length, 5);
  assert.equal(again.cells[3]!.source, "A = 3;");
});

Deno.test("withParameters refuses a name that is not declared and a value of another type", () => {
  const notebook = declaring(`let A = 1; let B = "x"; const C = 5;`);
  const refusal = (values: Record<string, string | number>) => {
    try {
      withParameters(notebook, values, { name: "n.ipynb" });
    } catch (error) {
      return (error as Error).message;
    }
    return "taken";
  };
  assert.equal(refusal({ WINDOW: 1 }), `n.ipynb has no parameter WINDOW; it has A = 1, B = "x".`);
  assert.equal(refusal({ A: "soon" }), `A of n.ipynb is a number (A = 1), got "soon".`);
  assert.match(refusal({ C: 6 }), /C of n\.ipynb is a const and cannot be set/);
  assert.equal(refusal({ A: 6 }), "taken");
  assert.throws(
    () => withParameters(notebookOf("1"), { A: 1 }),
    /declares none in a cell tagged parameters/,
  );
});
