const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/**
 * What is drawn and nothing else. Not here, and so left out with all that is inside: scripts, links, animation, foreign
 * content, and filters, whose memory cannot be told beforehand.
 */
export const svgElements = words(`
  svg g defs symbol use switch path rect circle ellipse line polyline polygon text tspan image
  linearGradient radialGradient stop pattern clipPath mask marker style
`);

/** Those whose text is part of the drawing. */
export const svgTexts = words("text tspan style");

export const svgAttributes = words(`
  id class style width height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr d points pathLength dx dy rotate
  textLength lengthAdjust transform viewBox preserveAspectRatio version offset
  gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits patternTransform
  clipPathUnits maskUnits maskContentUnits mask-type markerUnits markerWidth markerHeight refX refY orient
  color color-interpolation fill fill-opacity fill-rule stroke stroke-dasharray stroke-dashoffset
  stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width paint-order vector-effect
  stop-color stop-opacity opacity display visibility overflow clip-path clip-rule mask
  marker marker-start marker-mid marker-end mix-blend-mode isolation shape-rendering text-rendering
  image-rendering transform-origin font font-family font-size font-size-adjust font-stretch font-style
  font-variant font-weight text-anchor text-decoration letter-spacing word-spacing writing-mode direction
  unicode-bidi dominant-baseline alignment-baseline baseline-shift systemLanguage requiredFeatures
`);

/** Attributes and CSS that make a layer of pixels of its own. */
export const layering = /(?<!fill-|stroke-|stop-)\bopacity|\bmask\b|clip-path|mix-blend-mode|isolation/i;
/** Elements that are one. */
export const layerElements = words("pattern mask");

const inside = /url\(\s*(?:"#[^"()]*"|'#[^'()]*'|#[^'"()\s]*)\s*\)/gi;

/**
 * A value of an attribute or CSS without what is not drawing, or `undefined` where it speaks of another file: by
 * `url()`, by `@import`, or in a way that could spell either (escapes, comments).
 */
export function innerCss(value: string): string | undefined {
  const bare = value.replaceAll(/\/\*[\s\S]*?\*\//g, " ").replaceAll(/<!--|-->/g, " ");
  if (/\\|@|\/\*|url\s*\(|\bsrc\(|\bimage(?:-set)?\(/i.test(bare.replaceAll(inside, ""))) return undefined;
  return bare.replaceAll(/\bfilter\s*:[^;}]*/gi, "");
}

/** The elements of the same file that a value names. */
export function namedBy(value: string): string[] {
  return [...value.matchAll(inside)].map(([reference]) =>
    reference.replaceAll(/^url\(\s*["']?#|["']?\s*\)$/gi, ""),
  );
}
