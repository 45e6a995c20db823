import type { Theme } from "../theme.ts";
import { coloursAt } from "./page_colours.ts";

export { csvOf } from "../csv_text.ts";

/** Hands a file to the reader: nothing leaves the page. @param parts of its name, such as pair and source. */
export function saveCsv(parts: readonly string[], csv: string): void {
  save(`${fileName(parts)}.csv`, new Blob([csv], { type: "text/csv" }));
}

export function savePng(parts: readonly string[], canvas: HTMLCanvasElement): void {
  canvas.toBlob((blob) => {
    if (blob !== null) save(`${fileName(parts)}.png`, blob);
  }, "image/png");
}

/** Pixels of the picture for one of CSS. */
const SCALE = 2;
const LINE_PX = 18;

/**
 * Drawings, one below the other, under lines of text, as a PNG with the colours that they have on the page.
 *
 * @param place where they stand.
 */
export function saveSvg(
  parts: readonly string[],
  drawings: readonly SVGSVGElement[],
  place: HTMLElement,
  theme: Theme,
  lines: readonly string[],
): void {
  const colours = coloursAt(place, theme);
  void Promise.all(drawings.map((svg) => imageOf(svg, theme, colours))).then((images) => {
    const width = Math.max(...images.map(({ width }) => width));
    const canvas = sheetOf(
      width,
      images.reduce((sum, { height }) => sum + height, 0),
      colours,
      lines,
    );
    const context = canvas.getContext("2d")!;
    let y = lines.length * LINE_PX + 8;
    for (const image of images) {
      context.drawImage(image, 0, y);
      y += image.height;
    }
    savePng(parts, canvas);
  });
}

/** A picture that carries its data, as a PNG with the colours that it has on the page. */
export function savePicture(
  parts: readonly string[],
  { src, width, height }: HTMLImageElement,
  place: HTMLElement,
): void {
  const svg = new TextDecoder().decode(
    Uint8Array.from(atob(src.slice(src.indexOf(",") + 1)), (letter) => letter.charCodeAt(0)),
  );
  // By itself it would take the system's scheme, not the page's.
  const scheme = getComputedStyle(place).colorScheme;
  const text = svg.replace("color-scheme:light dark", `color-scheme:${scheme}`);
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  void image.decode().then(() => {
    const canvas = document.createElement("canvas");
    canvas.width = SCALE * width;
    canvas.height = SCALE * height;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    savePng(parts, canvas);
  });
}

/** A canvas with lines of text, and room for so much below them, CSS px. */
export function sheetOf(
  width: number,
  height: number,
  { background, text, fontFamily }: Theme,
  lines: readonly string[],
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = SCALE * width;
  canvas.height = SCALE * (height + lines.length * LINE_PX + 8);
  const context = canvas.getContext("2d")!;
  context.scale(SCALE, SCALE);
  context.fillStyle = background;
  context.fillRect(0, 0, width, canvas.height);
  context.fillStyle = text;
  context.font = `13px ${fontFamily}`;
  lines.forEach((line, i) => context.fillText(line, 8, (i + 1) * LINE_PX, width - 16));
  return canvas;
}

function imageOf(svg: SVGSVGElement, theme: Theme, colours: Theme): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  let text = new XMLSerializer().serializeToString(copy);
  const names = ["background", "text", "faintText", "grid", "up", "down", "warning"] as const;
  for (const name of names) text = text.replaceAll(theme[name], colours[name]);
  theme.lines.forEach((line, i) => text = text.replaceAll(line, colours.lines[i]!));
  const image = new Image(svg.width.baseVal.value, svg.height.baseVal.value);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  return image.decode().then(() => image);
}

/** `comove-BTCUSDT-ES-1m-simulated-2025-12-03T14-08-00Z` */
function fileName(parts: readonly string[]): string {
  return ["comove", ...parts].join("-").replace(/[^\w.]+/g, "-").slice(0, 120);
}

function save(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
