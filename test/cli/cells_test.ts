import assert from "node:assert/strict";
import { cellModule } from "../../lib/cli/cell_module.ts";
import { cellFindings } from "../../lib/cli/cell_rules.ts";
import { cells } from "../../lib/cli/cells.ts";
import { lintComplaints, typeComplaints } from "../../lib/cli/code_complaints.ts";
import { formatNotebook, type Notebook, parseNotebook } from "../../lib/kernel/notebook_file.ts";
import { code, notebookOf, prose } from "../kernel/notebooks.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const said = (notebook: Notebook) =>
  cellFindings(notebook).map(({ cell, message }) => `${cell ?? "-"} ${message}`);
const sentence = prose("What to look at here.");
const parameters = code(
  `let WINDOW = 60;\nlet SOURCE: "simulated" | "live" = "simulated";`,
  "parameters",
);
const stop = "await market.close();";
const lines = (count: number) =>
  Array.from({ length: count }, (_, i) => `call(${i});\n`).join("\n");

Deno.test("cellFindings finds nothing in a notebook as ours are", () => {
  assert.deepEqual(
    said(
      notebookOf(
        prose("# Title\n\nIt shows this and that."),
        parameters,
        sentence,
        lines(8),
        sentence,
        code(lines(15), "long"),
        sentence,
        stop,
      ),
    ),
    [],
  );
});

Deno.test("cellFindings names every rule that a notebook breaks, and the cell", () => {
  const notebook = notebookOf(
    prose("## No title"),
    "import a;",
    lines(9),
    prose("# Heading only"),
    code(lines(16), "long"),
    sentence,
    "",
    sentence,
    { ...code("1"), execution_count: 4 },
    prose("word."),
    { ...code("last()"), metadata: { execution: {} } },
  );
  assert.deepEqual(said(notebook), [
    `- must begin with a markdown cell whose first line is a title: "# …"`,
    "- needs one cell with the tag parameters; it has none",
    "4 was saved with outputs or traces of a run; deno task cells --strip removes them",
    "5 was saved with outputs or traces of a run; deno task cells --strip removes them",
    "1 needs a markdown cell with a sentence right before it",
    "2 has 9 lines, and 8 is the most: give its second idea a cell of its own, or lib a function",
    "2 needs a markdown cell with a sentence right before it",
    "3 has 16 lines, and 15 is the most: give its second idea a cell of its own, or lib a function",
    "3 needs a markdown cell with a sentence right before it",
    "3 is empty",
    "5 needs a markdown cell with a sentence right before it",
    "5 is the last and must stop what runs: finish(), stopAll() or close()",
  ]);
  assert.match(said(notebookOf(prose("# T\nIt has no code."))).join(), /- has no code/);
  assert.match(
    said(notebookOf(parameters, parameters)).join(),
    /needs one cell with the tag parameters; it has 2/,
  );
});

Deno.test("cellModule joins the cells so that each line knows its cell", () => {
  const module = cellModule(
    notebookOf(prose("# T"), "import a", code("let A = 1\nlet B = 2", "parameters"), "", "(A)"),
  );
  assert.equal(
    module.text,
    `/// <reference lib="deno.unstable" />\nimport a\n;\nlet A = 1\nlet B = 2\n; A = JSON.parse(""); B = JSON.parse("");\n(A)\n;\nexport {};\n`,
  );
  assert.equal(module.placeOf(1), undefined);
  assert.deepEqual(module.placeOf(5), { cell: 2, line: 2, text: "let B = 2", isParameters: true });
  assert.deepEqual(module.placeOf(7), { cell: 3, line: 1, text: "(A)", isParameters: false });
});

Deno.test("typeComplaints and lintComplaints take nothing from what is not theirs", () => {
  assert.deepEqual(typeComplaints("Check x.ts\nsomething else\n"), []);
  for (const text of ["", "null", "{}", "not json"]) assert.deepEqual(lintComplaints(text), []);
});

/** Runs the command on notebooks that lie in a folder of the project; tells what it said, and what it left. */
async function check(notebooks: Record<string, Notebook | string>, ...args: string[]) {
  const folder = await Deno.makeTempDir({
    dir: new URL("../", import.meta.url).pathname,
    prefix: ".cells-test-",
  });
  try {
    const files = Object.entries(notebooks).map(([name, notebook]) => {
      const path = `${folder}/${name}`;
      Deno.writeTextFileSync(
        path,
        typeof notebook === "string" ? notebook : formatNotebook(notebook),
      );
      return path;
    });
    const { terminal, out, err } = fakeTerminal();
    const exit = await cells([...files, ...args], terminal);
    const after = files.map((file) => Deno.readTextFileSync(file));
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    return { exit, out: out(), err: err().replaceAll(`${folder}/`, ""), left, after };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A good notebook around these cells. */
const good = (...sources: string[]) =>
  notebookOf(
    prose("# Title\n\nIt shows this and that."),
    parameters,
    ...sources.flatMap((source) => [sentence, source]),
  );

Deno.test("cells type-checks and lints what a notebook runs, and names cell and line", async () => {
  const { exit, err, left } = await check({
    "a.ipynb": good(
      `import { MINUTE, SECOND } from "../../lib/model/time.ts";`,
      `const span: string = MINUTE;\nconst unused = 1;`,
      `const span = 2;`,
      `for await (const x of [1]) { const inner = x; }`,
      `let never = 3;\nconsole.log(never);`,
      `if (SOURCE === "live") close();`,
    ),
    "b.ipynb": good("let a = ;", "close()"),
    "c.ipynb": good(`import { missing } from "./nowhere.ts"; missing.close()`),
    "d.ipynb": "{",
  });
  assert.equal(exit, 1);
  const told = err.trimEnd().split("\n");
  const has = (pattern: RegExp) =>
    assert.ok(told.some((line) => pattern.test(line)), `${pattern} in\n${err}`);
  has(/^d\.ipynb cannot be read as a Jupyter notebook: it is not JSON/);
  has(/^a\.ipynb cell 2, line 1: `SECOND` is never used \(no-unused-vars\)$/);
  has(/^a\.ipynb cell 5, line 1: `inner` is never used \(no-unused-vars\)$/);
  has(/^a\.ipynb cell 6, line 1: `never` is never reassigned \(prefer-const\)$/);
  has(/^a\.ipynb cell 6, line 2: .*\(no-console\)$/);
  has(/^b\.ipynb cell 2, line 1: Expression expected$/);
  has(/^c\.ipynb cell 2, line 1: Cannot find module .*nowhere\.ts/);
  has(/^a\.ipynb cell 3, line 1: Type 'number' is not assignable to type 'string'/);
  has(/^a\.ipynb cell 4, line 1: Cannot redeclare block-scoped variable 'span'/);
  const order = told.map((line) => line[0]);
  assert.deepEqual(order, order.toSorted(), "in the order of the files");
  assert.ok(!/`unused`|`WINDOW`|SOURCE/.test(err), "what the reader may use or set is no error");
  assert.deepEqual(left, ["a.ipynb", "b.ipynb", "c.ipynb", "d.ipynb"], "nothing is left behind");
});

Deno.test("cells strips outputs where it is told to, and is content with what is left", async () => {
  const clean = good(`await Promise.resolve(WINDOW);\nclose();`);
  const outputs = [{ output_type: "stream", name: "stdout", text: "x" }] as const;
  const run = {
    ...clean,
    cells: clean.cells.map((cell) => cell.cell_type === "code" ? { ...cell, outputs } : cell),
  };
  const saved = await check({ "a.ipynb": run });
  assert.equal(saved.exit, 1);
  assert.match(saved.err, /^a\.ipynb cell 1: was saved with outputs/);
  const stripped = await check({ "a.ipynb": run }, "--strip");
  assert.deepEqual([stripped.exit, stripped.err], [0, ""]);
  assert.equal(stripped.out, "Checked 1 notebook: nothing to mend.\n");
  assert.deepEqual(parseNotebook(stripped.after[0]!, { name: "a" }), clean);
});
