import { defaultSchema, type Schema } from "hast-util-sanitize";
import { words } from "../model/words.ts";

/** Elements that lead away, load or change what stands around them; not even a trusted notebook's page holds them. */
export const NEVER_TAGS: readonly string[] = ["base", "link", "meta"];

/** Pictures that hold all they show. */
const PICTURE = /^data:image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)[;,]/;
const INSIDE = /^#/;

/** The page's own switches, and what the charts' code looks for by name. */
const OWN_ID = /^(?!page-|comove)/i;

const TAGS = words(`
  abbr address article aside bdi bdo big caption center cite col colgroup data dfn figcaption
  figure font footer header hgroup main mark meter nav nobr progress search small style time u wbr
`);

/** Elements of ours: the page's own code draws them from their data attributes, or reads there whether they are live. */
export const OWN_ELEMENTS: readonly string[] = [
  "comove-alerts",
  "comove-correlation",
  "comove-desk",
  "comove-feed",
  "comove-hb",
  "comove-matrix",
  "comove-pair",
  "comove-panel",
  "comove-rehearsal",
  "comove-scatter",
  "comove-screener",
  "comove-state",
  "comove-strategy",
  "comove-trading-view",
  "comove-window-view",
];

const SVG_TAGS = words(`
  svg g defs desc title symbol use path rect circle ellipse line polyline polygon text tspan
  textPath image clipPath mask pattern marker linearGradient radialGradient stop filter feBlend
  feColorMatrix feComposite feFlood feGaussianBlur feMerge feMergeNode feOffset
`);

const SVG_ATTRIBUTES = words(`
  alignmentBaseline baselineShift clipPath clipPathUnits clipRule cx cy d dominantBaseline dx dy
  fill fillOpacity fillRule filter floodColor floodOpacity fontFamily fontSize fontStyle
  fontVariant fontWeight fx fy gradientTransform gradientUnits in in2 k1 k2 k3 k4 lengthAdjust
  letterSpacing markerEnd markerHeight markerMid markerStart markerUnits markerWidth mask
  maskContentUnits maskUnits mode offset opacity operator orient overflow paintOrder pathLength
  patternContentUnits patternTransform patternUnits points pointerEvents preserveAspectRatio r
  refX refY result rx ry shapeRendering spreadMethod startOffset stdDeviation stopColor
  stopOpacity stroke strokeDashArray strokeDashOffset strokeLineCap strokeLineJoin
  strokeMiterLimit strokeOpacity strokeWidth textAnchor textDecoration textLength textRendering
  transform values vectorEffect viewBox visibility wordSpacing writingMode x x1 x2 xmlns
  xmlnsXLink xmlSpace y y1 y2
`);

const ANYWHERE = words(`
  abbr align alt bgColor border cellPadding cellSpacing className colSpan color data* dateTime dir
  face headers height hidden high label lang low max min noWrap open optimum reversed role rowSpan
  scope size span start style summary tabIndex title vAlign value width ariaAtomic ariaBusy
  ariaColSpan ariaCurrent ariaDescribedBy ariaDetails ariaExpanded ariaHidden ariaLabel
  ariaLabelledBy ariaLevel ariaLive ariaPosInSet ariaRoleDescription ariaRowSpan ariaSetSize
  ariaSort ariaValueMax ariaValueMin ariaValueNow ariaValueText
`);

/** Their content is code or a page of its own, and means nothing as text. */
const DROPPED_WHOLE = words(`
  script noscript template iframe noembed noframes xmp plaintext object embed applet portal frame
  frameset math foreignObject animate animateMotion animateTransform set head title
`);

/**
 * What foreign HTML may hold in a page, beside GitHub's own list: looks, tables, SVG, and the elements of our charts. No
 * address is followed by itself: pictures are `data:` alone, and links lead to the web, to mail or within the page.
 */
export const PAGE_SCHEMA: Schema = {
  ...defaultSchema,
  tagNames: [
    ...(defaultSchema.tagNames ?? []).filter((name) => name !== "picture" && name !== "source"),
    ...TAGS,
    // Outside a form, which is no element of a page, one does nothing but lead to a time in the charts.
    "button",
    ...OWN_ELEMENTS,
    ...SVG_TAGS,
  ],
  attributes: {
    "*": [...ANYWHERE, ...SVG_ATTRIBUTES, ["id", OWN_ID]],
    a: [["href", /^(?!data:)/], ["target", "_blank"], ["rel", /^/]],
    img: [["src", PICTURE]],
    image: [["href", PICTURE], ["xLinkHref", PICTURE]],
    ...Object.fromEntries(
      ["use", "textPath", "linearGradient", "radialGradient", "pattern", "filter", "mask"]
        .map((name) => [name, [["href", INSIDE], ["xLinkHref", INSIDE]]]),
    ),
    feColorMatrix: ["type"],
    button: [["type", "button"]],
    input: [["disabled", true], ["type", "checkbox"], "checked"],
  },
  protocols: {
    href: ["http", "https", "mailto", "data"],
    xLinkHref: ["data"],
    src: ["data"],
  },
  // Names are kept as they are: links within the page and parts of pictures refer to them.
  clobber: [],
  strip: DROPPED_WHOLE.filter((name) => !SVG_TAGS.includes(name)),
};
