import assert from "node:assert/strict";
import { MarketError } from "../../lib/model/errors.ts";
import { formatNotebook, type Notebook, parseNotebook } from "../../lib/kernel/notebook_file.ts";
import type { CellFailure, RunOptions } from "../../lib/kernel/run_notebook.ts";
import { render, type RenderCommandPorts } from "../../lib/cli/render.ts";
import { RenderProgress } from "../../lib/cli/render_progress.ts";
import type { Files } from "../../lib/runtime/files.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { claimFolder } from "../../lib/runtime/output_folder.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { code, notebookOf, prose } from "../kernel/notebooks.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const LIVE = notebookOf(
  prose("# Live *correlation*"),
  code(`let SOURCE = "simulated", WINDOW = 60, RUN_SECONDS = 30;`, "parameters"),
  "await market.close()",
);
const PLAIN = notebookOf(
  prose("no heading"),
  code(`let SOURCE = "simulated", EXPIRY = "";`, "parameters"),
  "1",
);

interface Ran {
  readonly notebook: Notebook;
  readonly options: RunOptions;
}

/** The command with a disk in memory, a runner that only says what it was given, and pages of one line. */
function world(
  disk: Record<string, Notebook | string>,
  more: Partial<RenderCommandPorts> = {},
  from = "",
) {
  const written = new Map(
    Object.entries(disk).map((
      [path, one],
    ) => [path, typeof one === "string" ? one : formatNotebook(one)]),
  );
  const ran: Ran[] = [];
  const failures = new Map<string, CellFailure | Error>();
  /** Paths that lead to the file of another path. */
  const links: Record<string, string> = {};
  const files: Files = {
    readText: (path) => Promise.resolve(written.get(path)!),
    writeText: (path, text) => Promise.resolve(void written.set(path, text)),
    exists: (path) => Promise.resolve(written.has(path)),
    writePieces: () => Promise.reject(new Error("nothing is written in pieces")),
  };
  const ports: RenderCommandPorts = {
    files,
    places: {
      identity: (path) => Promise.resolve(written.has(path) ? links[path] ?? path : undefined),
      isWithin: (path) => Promise.resolve(path.startsWith("notebooks/")),
    },
    folders: {
      files: (folder, ending) =>
        Promise.resolve(
          [...written.keys()].filter((path) => path.startsWith(folder) && path.endsWith(ending)),
        ),
      removeFile: () => Promise.resolve(),
    },
    runNotebook(notebook, options) {
      ran.push({ notebook, options });
      const progress = { cell: 2, of: 2, firstLine: "await market.close()" };
      options.onProgress?.({ kind: "started", ...progress, tookMs: 0 });
      options.onProgress?.({ kind: "ended", ...progress, tookMs: 1_234 });
      const failure = failures.get(notebook.cells[0]!.source);
      if (failure instanceof Error) return Promise.reject(failure);
      return Promise.resolve({ notebook, failure });
    },
    pageOf: ({ cells }, { name }) => Promise.resolve(`<page of ${name}, ${cells.length} cells>`),
    printPdf: () => Promise.resolve({ kind: "no-browser" }),
    claimFolder: () => Promise.resolve({ release: () => Promise.resolve() }),
    ...more,
  };
  const fake = fakeTerminal({ from });
  return {
    ...fake,
    written,
    ran,
    failures,
    links,
    run: (...args: string[]) => render(args, fake.terminal, ports),
  };
}

const TWO = { "notebooks/01_plain.ipynb": PLAIN, "notebooks/04_live.ipynb": LIVE };

Deno.test("render runs every notebook in its folder and writes the executed file and a page of each", async () => {
  const { run, written, ran, out, err } = world(TWO);
  assert.equal(await run(), 0);
  assert.deepEqual([...written.keys()].slice(2).sort(), [
    "notebooks/rendered/01_plain.html",
    "notebooks/rendered/01_plain.ipynb",
    "notebooks/rendered/04_live.html",
    "notebooks/rendered/04_live.ipynb",
  ]);
  assert.deepEqual(ran.map(({ options }) => options.cwd), ["notebooks", "notebooks"]);
  assert.equal(written.get("notebooks/rendered/04_live.html"), "<page of 04_live, 4 cells>");
  assert.equal(written.get("notebooks/rendered/01_plain.html"), "<page of 01_plain, 3 cells>");
  assert.match(out(), /^04_live {3}cell 2 of 2 {4}1\.2 s {2}await market\.close\(\)$/m);
  assert.match(out(), /^01_plain {2}done in \d\.\d s: notebooks\/rendered\/01_plain\.html$/m);
  assert.equal(err(), "");
});

Deno.test("render finds a notebook by its name alone", async () => {
  const { run, written } = world(TWO);
  assert.equal(await run("04_live"), 0);
  assert.deepEqual([...written.keys()].slice(2).sort(), [
    "notebooks/rendered/04_live.html",
    "notebooks/rendered/04_live.ipynb",
  ]);
});

/** The values set in a notebook that ran. */
const settings = ({ notebook }: Ran) =>
  notebook.cells.find(({ id }) => id === "injected-parameters")?.source;

Deno.test("render sets parameters where they are declared, and lets a live notebook end", async () => {
  const first = world(TWO);
  await first.run("--jobs", "1");
  assert.deepEqual(first.ran.map(settings), [undefined, "RUN_SECONDS = 5;"]);
  const second = world(TWO);
  const args = ["WINDOW=30", "SOURCE=live", "EXPIRY=202512", "RUN_SECONDS=60"].flatMap((
    set,
  ) => ["--set", set]);
  assert.equal(await second.run("--jobs=1", "--timeout", "9", ...args), 0);
  assert.deepEqual(second.ran.map(settings), [
    `SOURCE = "live";\nEXPIRY = "202512";`,
    `SOURCE = "live";\nWINDOW = 30;\nRUN_SECONDS = 60;`,
  ]);
  assert.equal(second.ran[0]!.options.cellTimeoutMs, 9_000);
  const long = world(TWO);
  assert.equal(await long.run("--jobs=1", "--set", "RUN_SECONDS=400"), 0);
  assert.equal(long.ran[0]!.options.cellTimeoutMs, 520_000, "no cell ends before it was asked to");
});

Deno.test("render refuses a bad command line before anything runs", async () => {
  const cases: [args: string[], message: RegExp][] = [
    [
      ["--set", "WIDTH=1"],
      /None of these notebooks has a parameter WIDTH; they have SOURCE, EXPIRY, WINDOW, RUN_SECONDS/,
    ],
    [
      ["--set", "WINDOW=wide"],
      /WINDOW of notebooks\/04_live\.ipynb is a number \(WINDOW = 60\), got "wide"/,
    ],
    [["--set", "WINDOW"], /--set needs a name and a value/],
    [["--set", "A=1", "--set", "A=2"], /--set A is given twice/],
    [["--pdf", "--no-pdf"], /exclude each other/],
    [["--as-saved", "--set", "WINDOW=1"], /--as-saved runs nothing/],
    [["--jobs", "0"], /--jobs must be a whole number of 1 or more/],
    [["--as-saved", "--run"], /--as-saved and --run exclude each other/],
    [["--frob"], /--frob is not an option/],
    [["notebooks/04_live.ipynb", "other/04_LIVE.ipynb"], /Two notebooks are called 04_live/i],
    [
      ["--out", "notebooks", "04_live"],
      /--out notebooks would overwrite notebooks\/04_live\.ipynb: notebooks\/04_live\.ipynb is the same file/,
    ],
    [["notebooks/04_live.ipynb", "other/04_live.ipynb"], /Two notebooks are called 04_live/],
  ];
  for (const [args, message] of cases) {
    const { run, ran } = world(TWO);
    await assert.rejects(run(...args), message);
    assert.equal(ran.length, 0);
  }
  await assert.rejects(
    world({}).run(),
    /There is no notebook in notebooks; run this from the project's folder/,
  );
});

Deno.test("render goes on after a notebook that fails, says which cell and why, and exits with 1", async () => {
  const { run, failures, err, out, written } = world({ ...TWO, "notebooks/02_broken.ipynb": "{" });
  failures.set("no heading", {
    kind: "error",
    cell: 2,
    firstLine: "1",
    message: "cell 2 (1) failed: E: v",
    traceback: ["\x1b[31mE: v\x1b[0m\n    at x:1"],
  });
  assert.equal(
    await run(
      "notebooks/01_plain.ipynb",
      "notebooks/02_broken.ipynb",
      "notebooks/gone.ipynb",
      "notebooks/04_live.ipynb",
    ),
    1,
  );
  assert.ok(
    err().includes(
      "notebooks/01_plain.ipynb: cell 2 (1) failed: E: v.\n    E: v\n        at x:1\n" +
        "  notebooks/rendered/01_plain.html shows how far it came.\n",
    ),
  );
  assert.match(
    err(),
    /02_broken\.ipynb: notebooks\/02_broken\.ipynb cannot be read as a Jupyter notebook: it is not JSON/,
  );
  assert.match(err(), /gone\.ipynb: There is no notebook notebooks\/gone\.ipynb\.\n/);
  assert.match(out(), /04_live +done in/);
  assert.ok(written.has("notebooks/rendered/01_plain.ipynb"), "what ran is kept");
});

Deno.test("render makes the page of a file as it is, and a PDF where there is a browser", async () => {
  const printed: string[][] = [];
  const printPdf = ({ page, pdf }: { page: string; pdf: string }) => {
    printed.push([page, pdf]);
    return Promise.resolve({ kind: "printed" } as const);
  };
  const saved = world(TWO, { printPdf });
  assert.equal(await saved.run("--as-saved", "--out", "pages", "notebooks/04_live.ipynb"), 0);
  assert.deepEqual(saved.ran, []);
  assert.deepEqual([...saved.written.keys()].slice(2), ["pages/04_live.html"]);
  assert.deepEqual(printed, [["pages/04_live.html", "pages/04_live.pdf"]]);
  assert.match(saved.out(), /pages\/04_live\.html and pages\/04_live\.pdf/);
  assert.equal(await world(TWO, { printPdf }).run("--no-pdf"), 0);
  assert.equal(printed.length, 1);
  const without = world(TWO);
  assert.equal(await without.run("--pdf", "notebooks/04_live.ipynb"), 1);
  assert.match(
    without.err(),
    /04_live\.ipynb: There is no PDF, because no Chromium or Chrome was found/,
  );
});

Deno.test("render takes paths from the folder that the user stands in, and names from notebooks/", async () => {
  const disk = { ...TWO, "notebooks/mine/05.ipynb": LIVE };
  const { run, written } = world(disk, {}, "notebooks/mine");
  assert.equal(await run("05.ipynb", "../01_plain.ipynb", "04_live", "--out", "pages"), 0);
  assert.deepEqual([...written.keys()].filter((path) => path.endsWith(".html")).sort(), [
    "notebooks/mine/pages/01_plain.html",
    "notebooks/mine/pages/04_live.html",
    "notebooks/mine/pages/05.html",
  ]);
  const lost = world(TWO, {}, "notebooks/mine");
  assert.equal(await lost.run("04_live.ipynb"), 1);
  assert.match(
    lost.err(),
    /There is no notebook notebooks\/mine\/04_live\.ipynb\. One of that name is in notebooks\/: name it 04_live\./,
  );
});

Deno.test("render says what to do with a notebook that was moved away from its library", async () => {
  const moved = notebookOf(prose("moved"), `import { setup } from "../lib/mod.ts";`);
  const { run, failures, err } = world({ "/far/05.ipynb": moved });
  failures.set("moved", {
    kind: "error",
    cell: 1,
    firstLine: "import",
    message: `cell 1 failed: TypeError: Module not found "file:///lib/mod.ts".`,
    traceback: [],
  });
  assert.equal(await run("/far/05.ipynb", "--run"), 1);
  assert.match(
    err(),
    /Module not found "file:\/\/\/lib\/mod\.ts"; the notebook was moved out of the project.+copy it to .+notebooks and run it there\.\n/,
  );
});

Deno.test("render never overwrites a notebook it is given, by whatever path it leads there", async () => {
  const disk = {
    ...TWO,
    "out/04_live.html": "x",
    "out/04_live.ipynb": "x",
    "out/04_live.pdf": "x",
  };
  for (const made of ["out/04_live.html", "out/04_live.ipynb", "out/04_live.pdf"]) {
    const { run, links, ran, written } = world(disk);
    links[made] = "notebooks/01_plain.ipynb";
    await assert.rejects(
      run("--out", "out", "04_live", "01_plain"),
      (error: Error) => error.message.includes(`would overwrite notebooks/01_plain.ipynb: ${made}`),
    );
    assert.deepEqual([ran.length, written.get(made)], [0, "x"]);
  }
  const saved = world(disk);
  assert.equal(await saved.run("--as-saved", "--out", "notebooks", "04_live"), 0);
  assert.ok(saved.written.has("notebooks/04_live.html"), "a page beside its notebook is fine");
});

Deno.test("render runs a notebook from outside notebooks/ only with --run, and says so", async () => {
  const disk = { ...TWO, "elsewhere/05.ipynb": LIVE };
  const without = world(disk);
  assert.equal(await without.run("elsewhere/05.ipynb", "04_live"), 0);
  assert.deepEqual(without.ran.map(({ options }) => options.cwd), ["notebooks"]);
  assert.ok(without.written.has("notebooks/rendered/05.html"));
  assert.ok(!without.written.has("notebooks/rendered/05.ipynb"));
  assert.match(
    without.out(),
    /^elsewhere\/05\.ipynb: its code was not run, because it lies outside notebooks\/.+--run runs it\.$/m,
  );
  const allowed = world(disk);
  assert.equal(await allowed.run("elsewhere/05.ipynb", "--run"), 0);
  assert.equal(allowed.ran.length, 1);
  assert.doesNotMatch(allowed.out(), /not run/);
  await assert.rejects(
    world(disk).run("elsewhere/05.ipynb", "--set", "WINDOW=9"),
    /--set changes nothing: elsewhere\/05\.ipynb lies outside notebooks\/.+only with --run/,
  );
});

const SECRETIVE = notebookOf(
  code(`let API_TOKEN = "", DB_PASSWORD = "", PIN = 0, WINDOW = 60;`, "parameters"),
  "login(API_TOKEN)",
);

Deno.test("render writes no value of a setting with a secret name anywhere", async () => {
  const token = 'hunter<2>&"é"', password = "p4ss\\word";
  const wide = (text: string) =>
    btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
  const pages: Notebook[] = [];
  const said = [token, JSON.stringify({ token }), encodeURIComponent(token), wide(token), password]
    .join(" ");
  const failure: CellFailure = {
    kind: "error",
    cell: 2,
    firstLine: "login(API_TOKEN)",
    message: `cell 2 failed: Error: ${said}`,
    traceback: [`Error: ${said}`],
  };
  let given: Notebook | undefined;
  const { run, written, out, err } = world({ "notebooks/s.ipynb": SECRETIVE }, {
    runNotebook(notebook) {
      given = notebook;
      const cells = notebook.cells.map((cell) =>
        cell.cell_type !== "code" ? cell : {
          ...cell,
          outputs: [
            { output_type: "stream", name: "stdout", text: said } as const,
            {
              output_type: "display_data",
              data: { "text/html": `<b>${said}</b>`, "application/json": { [token]: [token] } },
              metadata: {},
            } as const,
            { output_type: "error", ename: "E", evalue: said, traceback: [said] } as const,
          ],
        }
      );
      return Promise.resolve({ notebook: { ...notebook, cells }, failure });
    },
    pageOf: (notebook) => Promise.resolve(JSON.stringify(pages[pages.push(notebook) - 1])),
  });
  const set = (name: string, value: string) => ["--set", `${name}=${value}`];
  const args = [...set("API_TOKEN", token), ...set("DB_PASSWORD", password), ...set("PIN", "712")];
  assert.equal(await run("s", ...args, ...set("WINDOW", "30")), 1);
  const setting = given!.cells.find(({ id }) => id === "injected-parameters")!.source;
  assert.ok(
    setting.includes(JSON.stringify(token)) && setting.includes("PIN = 712;"),
    "it runs with them",
  );
  const all = [...written].filter(([path]) => path.includes("rendered"));
  assert.equal(all.length, 2);
  for (const text of [...all.map(([, text]) => text), out(), err()]) {
    for (const part of ["hunter", "p4ss", "word", "712", wide(token).slice(0, 12)]) {
      assert.ok(
        !text.includes(part) || part === "word" && /PASSWORD/.test(text),
        `${part} in ${text}`,
      );
    }
  }
  assert.match(all.map(([, text]) => text).join(), /WINDOW = 30/);
  assert.match(all.map(([, text]) => text).join(), /API_TOKEN = \\+"\*\*\*/);
});

Deno.test("render does not repeat a secret that is of the wrong type", async () => {
  const { run } = world({ "notebooks/s.ipynb": SECRETIVE });
  await assert.rejects(run("s", "--set", "PIN=wide-open"), (error: Error) => {
    assert.match(error.message, /PIN of notebooks\/s\.ipynb is a number/);
    return !error.message.includes("wide-open");
  });
});

Deno.test("render says how to print where the browser cannot have its sandbox", async () => {
  const asked: boolean[] = [];
  const printPdf = ({ hasSandbox }: { hasSandbox: boolean }) => {
    asked.push(hasSandbox);
    return Promise.resolve({ kind: hasSandbox ? "no-sandbox" : "printed" } as const);
  };
  const auto = world(TWO, { printPdf });
  assert.equal(await auto.run("04_live"), 0);
  assert.match(
    auto.out(),
    /there is no PDF, because Chromium cannot use its sandbox.+--no-sandbox/,
  );
  const always = world(TWO, { printPdf });
  assert.equal(await always.run("04_live", "--pdf"), 1);
  assert.match(always.err(), /cannot use its sandbox.+--no-sandbox/);
  const without = world(TWO, { printPdf });
  assert.equal(await without.run("04_live", "--pdf", "--no-sandbox"), 0);
  assert.match(without.out(), /04_live\.pdf/);
  assert.deepEqual(asked, [true, true, false]);
});

Deno.test("render keeps to its number of jobs, and gives up the rest when the user stops it", async () => {
  let [now, most] = [0, 0];
  const waiting: (() => void)[] = [];
  const disk = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`notebooks/${i}.ipynb`, LIVE]));
  const busy = world(disk, {
    async runNotebook(notebook, { signal }) {
      most = Math.max(most, ++now);
      await new Promise<void>((resolve, reject) => {
        waiting.push(resolve);
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      now--;
      return { notebook, failure: undefined };
    },
  });
  const running = busy.run("--jobs", "2");
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
  await turn();
  assert.equal(waiting.length, 2);
  waiting.shift()!();
  await turn();
  assert.deepEqual([most, waiting.length], [2, 2]);
  busy.stop();
  assert.equal(await running, 1);
  assert.equal(busy.err(), "Stopped before every notebook was rendered.\n");
  assert.equal(most, 2);
});

Deno.test("RenderProgress shows what runs now on a screen, and takes it off again", () => {
  const { terminal, out } = fakeTerminal({ isInteractive: true });
  const progress = new RenderProgress(terminal, ["a/04.ipynb"]);
  const cell = { cell: 3, of: 12, firstLine: "await live()", tookMs: 0 };
  progress.cell("a/04.ipynb", { kind: "started", ...cell });
  progress.cell("a/04.ipynb", { kind: "ended", ...cell, tookMs: 50 });
  progress.end();
  assert.equal(
    out(),
    "\r\x1b[K04 cell 3 of 12: await live()\r\x1b[K04  cell  3 of 12    0.1 s  await live()\n\r\x1b[K\r\x1b[K",
  );
});

Deno.test("render helps", async () => {
  const { run, out } = world({});
  assert.equal(await run("--help"), 0);
  assert.match(out(), /Usage: deno task render \[notebook…\] \[options\]/);
  assert.match(out(), /RUN_SECONDS is run with 5/);
});

Deno.test("render drives a real kernel from a file to an executed file that reads back", async () => {
  const folder = await Deno.makeTempDir({
    dir: new URL("../", import.meta.url).pathname,
    prefix: ".render-",
  });
  try {
    const file = `${folder}/real.ipynb`;
    await Deno.writeTextFile(
      file,
      formatNotebook(notebookOf(
        prose("# Real"),
        code(`let WINDOW = 60, RUN_SECONDS = 30;`, "parameters"),
        `import { MINUTE } from "../../lib/model/time.ts"; console.log(WINDOW, RUN_SECONDS, MINUTE);`,
      )),
    );
    const { terminal, err } = fakeTerminal();
    const pages: Notebook[] = [];
    const exit = await render(
      [file, "--run", "--set", "WINDOW=30", "--out", `${folder}/out`],
      terminal,
      {
        files: systemFiles,
        pageOf: (notebook) => Promise.resolve(`page ${pages.push(notebook)}`),
        printPdf: () => Promise.resolve({ kind: "no-browser" }),
      },
    );
    assert.equal(err(), "");
    assert.equal(exit, 0);
    const read = parseNotebook(await Deno.readTextFile(`${folder}/out/real.ipynb`), {
      name: "real",
    });
    assert.deepEqual(read, pages[0]);
    const last = read.cells.at(-1)!;
    assert.ok(last.cell_type === "code");
    assert.deepEqual(last.outputs, [{
      output_type: "stream",
      name: "stdout",
      text: "30 5 60000\n",
    }]);
    assert.equal(await Deno.readTextFile(`${folder}/out/real.html`), "page 1");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("render tries the folder of --out before any notebook runs", async () => {
  const asked: string[] = [];
  const { run, ran } = world(TWO, {
    claimFolder(path, option) {
      asked.push(`${option} ${path}`);
      return Promise.reject(new MarketError("cannot-write", "configure", "no room"));
    },
  });
  await assert.rejects(run("--out", "full"), { code: "cannot-write" });
  assert.deepEqual(asked, ["--out full"]);
  // Whether it is the folder of the notebooks themselves is asked later: that may fail in words of the system.
  await assert.rejects(run("--out", "notebooks"), { code: "cannot-write" });
  assert.equal(ran.length, 0);
});

Deno.test("a second render into the same folder is refused by name, and begins nothing", async () => {
  await withTempFolder(async (dir) => {
    const claim = await claimFolder(dir, "--out");
    const { run, ran } = world(TWO, { claimFolder });
    await assert.rejects(run("--out", dir), { code: "folder-in-use" });
    assert.equal(ran.length, 0);
    await claim.release();
    assert.equal(await run("--out", dir), 0);
    await (await claimFolder(dir, "--out")).release();
  });
});

Deno.test("render says what was saved when the disk fills up, and goes on with the next notebook", async () => {
  const full = world(TWO);
  const { run, out, err } = world(TWO, {
    files: {
      readText: (path) => Promise.resolve(full.written.get(path)!),
      exists: (path) => Promise.resolve(full.written.has(path)),
      writePieces: () => Promise.reject(new Error("nothing is written in pieces")),
      writeText: (path) =>
        path.endsWith("01_plain.html")
          ? Promise.reject(
            Object.assign(new Error(`No space: writefile '${path}'`), { code: "ENOSPC" }),
          )
          : Promise.resolve(),
    },
  });
  assert.equal(await run("--jobs", "1"), 1);
  assert.match(
    err(),
    /01_plain\.ipynb: the disk is full \(\S+01_plain\.html\); only \S+01_plain\.ipynb was saved\.$/m,
  );
  assert.match(out(), /04_live {3}done/);
});
