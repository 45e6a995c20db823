import { HINT, PICTURE_FIT, SCROLL } from "./page_theme.ts";
import { escapeHtml } from "./markup.ts";
import { EDGE_PX, type Theme } from "./theme.ts";

export interface ScrollBoxOptions {
  /** CSS px: where there is less, what is in the box goes beyond it, and a line says so. */
  readonly least: number;
  readonly theme: Theme;
  /** Which end is in sight first: of a chart over time the newest. @default "left" */
  readonly start?: "left" | "right";
  /** Whether what is in it has the panels' edge within itself, as pictures have. @default where it starts at the right */
  readonly hasEdge?: boolean;
  /** Said with the hint. @default nothing */
  readonly title?: string | undefined;
}

/**
 * A box that scrolls sideways, with a hint below it where it has to. Whether it has is a matter of CSS alone: phones and
 * viewers without scripts are those that need it. Not every browser lets the keyboard into a box that scrolls, unless it is
 * asked to.
 */
export function scrollBox(
  html: string,
  options: ScrollBoxOptions,
): string {
  const { least, theme, start = "left", title } = options;
  if (!(least > 0)) return html;
  const isRight = start === "right";
  const { hasEdge = isRight } = options;
  // A picture has the edge within it, which a picture that is cut does not show.
  const order = isRight
    ? `direction:rtl;margin-inline:clamp(0px,(${least}px - 100cqw)*99,${EDGE_PX}px);`
    : "";
  const hint = isRight ? "← scroll sideways" : "scroll sideways →";
  // A table stands within the edge of its box; a picture has its own.
  const edge = hasEdge ? `padding:0 ${EDGE_PX}px;` : "";
  const words = title === undefined ? hint : `${escapeHtml(title)} · ${hint}`;
  return `<div style="container-type:inline-size"><div tabindex="0" style="${order}overflow-x:var(${SCROLL},auto)">${html}</div>` +
    `<div aria-hidden="true" style="display:var(${HINT},block);max-height:clamp(0px,(${least}px - 100cqw)*99,54px);overflow:hidden;${edge}` +
    `color:${theme.faintText};font:12px/18px ${theme.fontFamily};text-align:${start}">${words}</div></div>`;
}

/** From this width of its place on, a picture shrinks to fit; in a narrower one it keeps its size and scrolls, CSS px. */
const SHRINKS_FROM = 800;

/** How wide a picture may be in its {@link scrollBox}: its words stay as large as they are where there is little room. */
export function pictureWidth(width: number): { readonly least: number; readonly maxWidth: string } {
  const least = Math.min(width, SHRINKS_FROM);
  return {
    least,
    maxWidth:
      `min(var(${PICTURE_FIT},9999px),max(100%,min(${width}px,(${least}px - 100cqw)*9999)))`,
  };
}
