/** Of SVG. */
export const SVG = "http://www.w3.org/2000/svg";

/** A picture from parts that are our own SVG, escaped where they were made. */
export function svgElement(
  content: string,
  { width, height }: { readonly width: number; readonly height: number },
): SVGSVGElement {
  const text =
    `<svg xmlns="${SVG}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `role="img" fill="none">${content}</svg>`;
  const made = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  return document.importNode(made, true) as unknown as SVGSVGElement;
}
