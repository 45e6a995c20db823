import type { RenderFunction } from "@observablehq/plot";
import type { Attributes } from "./svg_parts.ts";

/** What Plot hands to a mark to draw with. */
export type MarkContext = Parameters<RenderFunction>[4];

const SVG = "http://www.w3.org/2000/svg";

/** A new SVG element in Plot's document. */
function newNode(context: MarkContext, name: string, attributes: Attributes): SVGElement {
  const node = context.document.createElementNS(SVG, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) node.setAttribute(key, String(value));
  }
  return node;
}

/** Paths in tenths of a px, as one group; empty ones are left out. */
export function tenthsGroup(
  context: MarkContext,
  label: string,
  paths: readonly (Attributes & { readonly d: string })[],
): SVGElement {
  const group = newNode(context, "g", { "aria-label": label, transform: "scale(.1)" });
  for (const attributes of paths) {
    if (attributes.d !== "") group.append(newNode(context, "path", attributes));
  }
  return group;
}
