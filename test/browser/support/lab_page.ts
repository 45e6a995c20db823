import type { Browser, Page } from "playwright-core";
import { pageTime } from "./page_time.ts";

/** JupyterLab's own handle on itself, which `expose_app_in_browser` puts into the page. */
declare const jupyterapp: {
  readonly commands: { execute(id: string, options?: object): Promise<unknown> };
  readonly shell: { readonly currentWidget: { readonly content: LabNotebook } };
};

interface LabNotebook {
  activeCellIndex: number;
  readonly widgets: readonly {
    readonly model: {
      readonly sharedModel: { setSource(text: string): void; getSource(): string };
    };
    readonly node: HTMLElement;
  }[];
}

const START_MS = 60_000;

/** A notebook in JupyterLab, driven as a reader would. */
export class LabPage implements AsyncDisposable {
  private constructor(readonly page: Page, readonly errors: string[]) {}

  /** Opens a notebook and waits for its kernel. */
  static async open(
    browser: Browser,
    url: string,
    { width = 1300, height = 1000, withKernel = true } = {},
  ): Promise<LabPage> {
    const page = await browser.newPage({ viewport: { width, height } });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
    await page.goto(url);
    await page.waitForSelector(".jp-Notebook .jp-Cell", { timeout: START_MS });
    const lab = new LabPage(page, errors);
    if (withKernel) await lab.kernelIs("Idle");
    return lab;
  }

  /** Waits until the status bar says so. */
  async kernelIs(state: "Idle" | "Busy", timeout = START_MS): Promise<void> {
    await this.page.waitForFunction(
      (text) => document.body.innerText.includes(text),
      `Deno | ${state}`,
      { timeout },
    );
  }

  async execute(command: string): Promise<void> {
    await this.page.evaluate(async (id) => {
      await jupyterapp.commands.execute(id);
    }, command);
  }

  /** Turns all of JupyterLab; panels of the theme `auto` follow. */
  async turn(theme: "Light" | "Dark"): Promise<void> {
    await this.page.evaluate(async (theme) => {
      await jupyterapp.commands.execute("apputils:change-theme", { theme });
    }, `JupyterLab ${theme}`);
    const isLight = String(theme === "Light");
    const turned = `body[data-jp-theme-light="${isLight}"]`;
    await this.page.waitForSelector(turned, { state: "attached" });
    await pageTime(this.page, 500);
  }

  runAll(): Promise<void> {
    return this.page.evaluate(() => void jupyterapp.commands.execute("notebook:run-all-cells"));
  }

  /** Adds a code cell at the end, runs it and gives the text below it. */
  async run(code: string): Promise<string> {
    const at = await this.page.evaluate(async (code) => {
      const { content } = jupyterapp.shell.currentWidget;
      content.activeCellIndex = content.widgets.length - 1;
      await jupyterapp.commands.execute("notebook:insert-cell-below");
      const at = content.activeCellIndex;
      content.widgets[at]!.model.sharedModel.setSource(code);
      await jupyterapp.commands.execute("notebook:run-cell");
      return at;
    }, code);
    const text = await this.page.waitForFunction(
      (at) => {
        const { node } = jupyterapp.shell.currentWidget.content.widgets[at]!;
        return node.querySelector(".jp-OutputArea-output")?.textContent;
      },
      at,
      { timeout: 20_000 },
    );
    return (await text.jsonValue()) ?? "";
  }

  /** Runs the first cell whose code holds this text. */
  async runCell(text: string): Promise<void> {
    await this.page.evaluate(async (text) => {
      const { content } = jupyterapp.shell.currentWidget;
      content.activeCellIndex = content.widgets.findIndex(({ model }) =>
        model.sharedModel.getSource().includes(text)
      );
      await jupyterapp.commands.execute("notebook:run-cell");
    }, text);
  }

  /** Scrolls an element of an output into view and gives it. */
  async reveal(selector: string): Promise<void> {
    await this.page.locator(selector).first().scrollIntoViewIfNeeded();
  }

  async screenshot(name: string): Promise<void> {
    const folder = Deno.env.get("SCREENSHOTS");
    if (folder !== undefined) await this.page.screenshot({ path: `${folder}/${name}.png` });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.page.close();
  }
}
