import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatNotebook,
  type Notebook,
  parseNotebook,
  tagsOf,
  withoutOutputs,
} from "../../lib/kernel/notebook_file.ts";
import { notebookProblems } from "../../lib/kernel/notebook_rules.ts";
import { code, notebookOf, prose } from "./notebooks.ts";

const name = "x.ipynb";

/** One of everything the format knows. */
const FULL: Notebook = {
  ...notebookOf(prose("# Title\nText"), code("1 + 1;\n2 + 2", "parameters")),
  metadata: { kernelspec: { name: "deno", display_name: "Deno" }, custom: { kept: [1, "a"] } },
};
const FULL_CELLS = {
  ...FULL,
  cells: [
    { ...FULL.cells[0]!, attachments: { "a.png": { "image/png": "aGk=\n" } } },
    {
      ...FULL.cells[1]!,
      execution_count: 3,
      outputs: [
        { output_type: "stream", name: "stdout", text: "a\nb\n" },
        {
          output_type: "display_data",
          data: { "text/html": "<p>\n</p>", "image/png": "aGk=\n", "application/json": ["a", "b"] },
          metadata: {},
        },
        {
          output_type: "execute_result",
          execution_count: 3,
          data: { "text/plain": "4" },
          metadata: {},
        },
        { output_type: "error", ename: "E", evalue: "v", traceback: ["E: v", "  at x"] },
      ],
    },
  ],
} as Notebook;

Deno.test("formatNotebook writes as Jupyter does and parseNotebook reads it back", () => {
  const text = formatNotebook(FULL_CELLS);
  const raw = JSON.parse(text);
  assert.deepEqual(raw.cells[0].source, ["# Title\n", "Text"]);
  assert.deepEqual(raw.cells[1].outputs[0].text, ["a\n", "b\n"]);
  assert.deepEqual(raw.cells[1].outputs[1].data, {
    "text/html": ["<p>\n", "</p>"],
    "image/png": "aGk=\n",
    "application/json": ["a", "b"],
  });
  assert.ok(text.startsWith('{\n "nbformat": 4,') && text.endsWith("}\n"));
  assert.deepEqual(notebookProblems(raw), []);
  assert.deepEqual(parseNotebook(text, { name }), FULL_CELLS);
});

Deno.test("formatNotebook loses no text, whatever its line ends", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r", "é", "\u2028") }), (source) => {
      const notebook = notebookOf(source);
      assert.deepEqual(parseNotebook(formatNotebook(notebook), { name }), notebook);
    }),
  );
});

Deno.test("parseNotebook gives the cells of older files ids", () => {
  const { cells: [{ id: _, ...cell }] } = JSON.parse(formatNotebook(notebookOf("1")));
  const old = { metadata: {}, nbformat: 4, nbformat_minor: 2, cells: [cell, cell] };
  const read = parseNotebook(JSON.stringify(old), { name });
  assert.deepEqual(read.cells.map(({ id }) => id), ["cell-1", "cell-2"]);
  assert.equal(read.nbformat_minor, 5);
});

Deno.test("parseNotebook says what is wrong with a file", () => {
  const refusal = (text: string) => {
    try {
      parseNotebook(text, { name });
    } catch (error) {
      return (error as Error).message;
    }
    return "taken";
  };
  assert.match(refusal("{"), /^x\.ipynb cannot be read as a Jupyter notebook: it is not JSON/);
  assert.match(refusal("[]"), /the file must be an object, got \[\]/);
  assert.match(
    refusal(`{"nbformat":3,"nbformat_minor":0,"metadata":{},"worksheets":[]}`),
    /nbformat must be 4, got 3/,
  );
});

/** The full notebook as in a file, with one field changed. */
function changed(change: (raw: Record<string, never>) => void): string {
  const raw = JSON.parse(formatNotebook(FULL_CELLS));
  change(raw);
  return notebookProblems(raw).join("; ");
}

Deno.test("notebookProblems finds each breach of the format and names its place", () => {
  // deno-lint-ignore no-explicit-any
  const cases: [change: (raw: any) => void, problem: RegExp][] = [
    [(raw) => delete raw.metadata, /^metadata is missing$/],
    [(raw) => raw.extra = 1, /^extra is not a field of the format$/],
    [
      (raw) => raw.nbformat_minor = 4,
      /^nbformat_minor must be a whole number of 5 or more, got 4$/,
    ],
    [(raw) => raw.metadata.kernelspec = {}, /metadata\.kernelspec\.name is missing/],
    [
      (raw) => raw.metadata.language_info = { name: "a", mimetype: 1 },
      /language_info\.mimetype must be a text/,
    ],
    [(raw) => raw.metadata.orig_nbformat = 0, /orig_nbformat must be a whole number of 1 or more/],
    [(raw) => raw.cells[0].cell_type = "heading", /cells\[0\]\.cell_type must be "markdown" or/],
    [(raw) => raw.cells[0].cell_type = "toString", /cells\[0\]\.cell_type must be "markdown" or/],
    [(raw) => raw.cells[0].outputs = [], /cells\[0\]\.outputs is not a field/],
    [(raw) => raw.cells[0].id = "a b", /cells\[0\]\.id must be 1 to 64 letters/],
    [(raw) => raw.cells[0].id = "x".repeat(65), /cells\[0\]\.id must be 1 to 64 letters/],
    [(raw) => raw.cells[0].id = raw.cells[1].id, /cells\[1\]\.id is that of cells\[0\]: "c2"/],
    [
      (raw) => raw.cells[0].attachments = { a: { "image/png": 1 } },
      /attachments\.a\.image\/png must be a text/,
    ],
    [(raw) => delete raw.cells[1].execution_count, /cells\[1\]\.execution_count is missing/],
    [(raw) => raw.cells[1].execution_count = -1, /execution_count must be a whole number or null/],
    [(raw) => raw.cells[1].source = [1], /cells\[1\]\.source must be a text or a list of texts/],
    [(raw) => raw.cells[1].metadata.tags = ["a,b"], /tags must hold tags without commas/],
    [(raw) => raw.cells[1].metadata.tags = ["a", "a"], /must not name a tag twice/],
    [(raw) => raw.cells[1].metadata.scrolled = 1, /scrolled must be true or false or "auto"/],
    [(raw) => raw.cells[1].metadata.execution = { a: 1 }, /execution\.a must be a text/],
    [(raw) => raw.cells[1].outputs[0].output_type = "pyout", /outputs\[0\]\.output_type must be/],
    [
      (raw) => raw.cells[1].outputs[1].data["text/html"] = 5,
      /outputs\[1\]\.data\.text\/html must be/,
    ],
    [(raw) => raw.cells[1].outputs[1].transient = {}, /outputs\[1\]\.transient is not a field/],
    [(raw) => raw.cells[1].outputs[3].traceback = "x", /traceback must be a list of texts/],
  ];
  for (const [change, problem] of cases) assert.match(changed(change), problem);
  assert.equal(changed(() => {}), "");
});

Deno.test("notebookProblems answers any JSON with a list", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assert.ok(notebookProblems(value).length > 0);
  }));
  assert.equal(
    notebookProblems({ cells: Array(40).fill(1), metadata: {}, nbformat: 4, nbformat_minor: 5 })
      .length,
    11,
  );
});

Deno.test("withoutOutputs leaves what is committed, tags included", () => {
  const cell = {
    ...FULL_CELLS.cells[1]!,
    metadata: { tags: ["a"], execution: {}, scrolled: true, mine: 1 },
  };
  const run = {
    ...FULL_CELLS,
    metadata: { ...FULL_CELLS.metadata, widgets: {} },
    cells: [cell],
  } as Notebook;
  const clean = withoutOutputs(run);
  assert.deepEqual(clean.cells[0], {
    ...cell,
    metadata: { tags: ["a"], mine: 1 },
    execution_count: null,
    outputs: [],
  });
  assert.deepEqual(clean.metadata, FULL_CELLS.metadata);
  assert.deepEqual(tagsOf(clean.cells[0]!), ["a"]);
});
