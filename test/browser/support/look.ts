import axe from "axe-core";
import type { Page } from "playwright-core";

/** Something on a page and where it begins: the leftmost px of it that is painted in another colour than the page. */
export interface LeftEdge {
  readonly what: string;
  readonly x: number;
}

/** Where everything that stands below each other on a page begins, CSS px. @param selector of what is looked at */
export async function leftEdges(page: Page, selector: string): Promise<LeftEdge[]> {
  const png = (await page.screenshot({ fullPage: true })).toString("base64");
  return await page.evaluate(async ({ png, selector }) => {
    const bytes = Uint8Array.from(atob(png), (sign) => sign.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const pen = canvas.getContext("2d")!;
    pen.drawImage(bitmap, 0, 0);
    return [...document.querySelectorAll(selector)].flatMap((element) => {
      const { top, height, width } = element.getBoundingClientRect();
      if (width === 0 || height < 4) return [];
      const y = Math.max(0, Math.round(top + scrollY));
      const { data } = pen.getImageData(0, y, bitmap.width, Math.round(height));
      const isInk = (x: number, row: number) => {
        const at = 4 * (row * bitmap.width + x), edge = 4 * row * bitmap.width;
        return [0, 1, 2].some((part) => Math.abs(data[at + part]! - data[edge + part]!) > 20);
      };
      for (let x = 0; x < bitmap.width; x++) {
        for (let row = 0; row < Math.round(height); row++) {
          if (isInk(x, row)) {
            const what = `${element.className || element.tagName} ${element.textContent!.trim()}`;
            return [{ what: what.replace(/\s+/g, " ").slice(0, 60), x }];
          }
        }
      }
      return [];
    });
  }, { png, selector });
}

/** Words that are smaller than so many CSS px as they are shown, on the page, in panels and in pictures. */
export function smallTexts(page: Page, selector: string, least: number): Promise<string[]> {
  return page.evaluate(({ selector, least }) => {
    const small: string[] = [];
    const look = (root: ParentNode) => {
      for (const node of root.querySelectorAll("*")) {
        if (node.shadowRoot) look(node.shadowRoot);
        if (/^(style|script|title|option)$/i.test(node.tagName)) continue;
        const { width, height } = node.getBoundingClientRect();
        if (width === 0 || height === 0) continue;
        const hasWords = [...node.childNodes].some((child) =>
          child.nodeType === Node.TEXT_NODE && /\w/.test(child.textContent!)
        );
        const size = parseFloat(getComputedStyle(node).fontSize);
        const drawn = node instanceof SVGElement ? node.ownerSVGElement : null;
        const viewBox = drawn?.viewBox.baseVal.width || drawn?.width.baseVal.value || NaN;
        const zoom = drawn === null ? 1 : drawn.getBoundingClientRect().width / viewBox;
        if (hasWords && size * zoom < least - 0.05) {
          small.push(`${(size * zoom).toFixed(1)} px: ${node.textContent!.trim().slice(0, 40)}`);
        }
        if (node instanceof HTMLImageElement && node.naturalWidth > 0) {
          // Our pictures are written in 11 px and more.
          const shown = 11 * width / node.naturalWidth;
          if (shown < least - 0.05) small.push(`${shown.toFixed(1)} px: ${node.alt.slice(0, 40)}`);
        }
      }
    };
    for (const root of document.querySelectorAll(selector)) look(root);
    return small;
  }, { selector, least });
}

/** What goes beyond the page or its output, and boxes that scroll without a word of it, or say so and do not. */
export function cutParts(page: Page, selector: string): Promise<string[]> {
  return page.evaluate((selector) => {
    const cut: string[] = [];
    const words = (node: Element) => (node.textContent ?? "").trim().slice(0, 40);
    const beyond = document.documentElement.scrollWidth - innerWidth;
    if (beyond > 0) cut.push(`the page is ${beyond} px too wide`);
    for (const output of document.querySelectorAll(selector)) {
      const { height, width } = output.getBoundingClientRect();
      if (width > 0 && height < 2) {
        cut.push(`room is taken by nothing: ${output.innerHTML.slice(0, 60)}`);
      }
      if (output.scrollWidth > output.clientWidth + 1) {
        cut.push(`${output.scrollWidth} px in ${output.clientWidth}: ${words(output)}`);
      }
    }
    for (const hint of document.querySelectorAll<HTMLElement>('[aria-hidden="true"]')) {
      if (!/scroll sideways/.test(hint.textContent!) || !hint.closest(selector)) continue;
      const box = hint.previousElementSibling as HTMLElement;
      if (box.clientWidth === 0) continue;
      const lacks = box.scrollWidth - box.clientWidth;
      const isSaid = hint.getBoundingClientRect().height > 6;
      // The estimate of a table's width is good to some px.
      if (lacks > 1 && !isSaid) cut.push(`${lacks} px are cut, and no hint: ${words(box)}`);
      if (lacks < -1 || (lacks <= 0 && isSaid && box.clientWidth > box.scrollWidth + 1)) {
        cut.push(`a hint, and nothing is cut: ${words(box)}`);
      }
    }
    return cut;
  }, selector);
}

/** What axe-core calls serious or critical within these elements, a line each. */
export async function seriousFindings(page: Page, selector: string): Promise<string[]> {
  // Pages forbid scripts that are not theirs; what is evaluated is none.
  await page.evaluate(axe.source);
  return await page.evaluate(async (selector) => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(context: object, options: object): Promise<{
          violations: readonly {
            id: string;
            impact: string;
            nodes: readonly { html: string; failureSummary: string }[];
          }[];
        }>;
      };
    };
    const include = [...document.querySelectorAll(selector)];
    const { violations } = await axe.run({ include }, { resultTypes: ["violations"] });
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) =>
          `${id}: ${html.slice(0, 160)} ${failureSummary.replace(/\s+/g, " ").slice(0, 220)}`
        )
      );
  }, selector);
}
