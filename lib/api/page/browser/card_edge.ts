import { element } from "./element.ts";
import { boundedWidth, LEAST_WIDTH, WHOLE_WIDTH, widthByKey } from "./panel_width.ts";

export interface CardEdgeOptions {
  readonly card: HTMLElement;
  /** Of the panel. */
  readonly title: string;
  /** Per cent of the page. */
  readonly width: number;
  /** The reader has chosen another. */
  readonly onWidth: (width: number) => void;
}

/** The right edge of a card: dragged, or moved by the arrow keys, it changes the card's width; pressed twice, it resets it. */
export function cardEdge({ card, title, width, onWidth }: CardEdgeOptions): HTMLElement {
  const edge = element("div", {
    class: "edge",
    role: "separator",
    tabindex: "0",
    title: `Width of ${title}: drag, or arrow keys; press twice for all of it`,
    "aria-label": `Width of ${title}`,
    "aria-orientation": "vertical",
    "aria-valuemin": `${LEAST_WIDTH}`,
    "aria-valuemax": `${WHOLE_WIDTH}`,
  });
  let now = WHOLE_WIDTH;
  const show = (width: number) => {
    now = width;
    edge.setAttribute("aria-valuenow", `${width}`);
    card.style.setProperty("--share", `${width}%`);
    card.classList.toggle("narrow", width < WHOLE_WIDTH);
  };
  const choose = (width: number) => {
    show(width);
    onWidth(width);
  };
  edge.addEventListener("keydown", (event) => {
    const width = widthByKey(now, event.key);
    if (width === undefined) return;
    // The keys of the page mean something else by them.
    event.preventDefault();
    event.stopPropagation();
    choose(width);
  });
  edge.addEventListener("dblclick", () => choose(WHOLE_WIDTH));
  edge.addEventListener("pointerdown", (event) => edge.setPointerCapture(event.pointerId));
  edge.addEventListener("pointermove", ({ pointerId, clientX }) => {
    if (!edge.hasPointerCapture(pointerId)) return;
    const wholePx = card.parentElement?.clientWidth ?? NaN;
    show(boundedWidth(100 * (clientX - card.getBoundingClientRect().left) / wholePx));
  });
  edge.addEventListener("lostpointercapture", () => onWidth(now));
  show(width);
  return edge;
}
