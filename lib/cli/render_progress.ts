import { basename } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { CellProgress } from "../kernel/run_notebook.ts";
import { SECOND } from "../model/time.ts";
import type { Terminal } from "../runtime/terminal.ts";
import type { RenderedNotebook } from "./render_notebooks.ts";

/** A traceback longer than this is shown in the page alone. */
const TRACEBACK_LINES = 12;
const SCREEN_COLUMNS = 80;

/** Shows how notebooks come along: a line for each cell that has ended and, on a screen, what runs now. */
export class RenderProgress {
  readonly #terminal: Terminal;
  readonly #running = new Map<string, string>();
  readonly #width: number;

  constructor(terminal: Terminal, files: readonly string[]) {
    this.#terminal = terminal;
    this.#width = Math.max(0, ...files.map((file) => nameOf(file).length));
  }

  cell(file: string, { kind, cell, of, firstLine, tookMs }: CellProgress): void {
    if (kind === "started") {
      this.#running.set(file, `${nameOf(file)} cell ${cell} of ${of}: ${firstLine}`);
      return this.#repaint();
    }
    this.#running.delete(file);
    const place = `cell ${String(cell).padStart(String(of).length)} of ${of}`;
    this.#line(
      `${nameOf(file).padEnd(this.#width)}  ${place}  ${seconds(tookMs).padStart(7)}  ${firstLine}`,
    );
  }

  rendered({ file, failure, traceback, page, pdf, notes, tookMs }: RenderedNotebook): void {
    this.#running.delete(file);
    for (const note of notes) this.#line(`${file}: ${note}.`);
    if (failure === undefined) {
      const made = [page, pdf].filter((path) => path !== undefined).join(" and ");
      this.#line(`${nameOf(file).padEnd(this.#width)}  done in ${seconds(tookMs)}: ${made}`);
      return;
    }
    this.#clear();
    const lines = traceback.flatMap((entry) => stripVTControlCharacters(entry).split("\n"));
    const shown = lines.slice(0, TRACEBACK_LINES).map((line) => `    ${line}\n`).join("");
    const far = page === undefined ? "" : `  ${page} shows how far it came.\n`;
    this.#terminal.err(`${file}: ${failure}.\n${shown}${far}`);
    this.#repaint();
  }

  /** Takes what runs now off the screen. */
  end(): void {
    this.#running.clear();
    this.#clear();
  }

  #line(text: string): void {
    this.#clear();
    this.#terminal.out(`${text.trimEnd()}\n`);
    this.#repaint();
  }

  #clear(): void {
    if (this.#terminal.isInteractive) this.#terminal.clearLine();
  }

  #repaint(): void {
    if (!this.#terminal.isInteractive) return;
    const text = [...this.#running.values()].join(" · ");
    this.#terminal.clearLine();
    this.#terminal.out(text.slice(0, SCREEN_COLUMNS - 1));
  }
}

function nameOf(file: string): string {
  return basename(file, ".ipynb");
}

function seconds(ms: number): string {
  return `${(ms / SECOND).toFixed(1)} s`;
}
