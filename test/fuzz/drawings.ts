import { flat } from "../pictures/index.ts";

const open = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';

/** SVGs that use, each, another part of what is drawn: their words are damaged where others' pixels are. */
export const drawings = [
  {
    name: "SVG of shapes and text",
    format: "svg" as const,
    make: async () =>
      Buffer.from(
        `${open} width="96" height="72" viewBox="0 0 96 72"><style>.a{fill:#c33;stroke:navy}#b rect{opacity:.5}</style>` +
          '<defs><linearGradient id="g" x1="0" x2="1"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#06c"/>' +
          '</linearGradient><clipPath id="c"><circle cx="48" cy="36" r="30"/></clipPath></defs>' +
          '<path class="a" d="M4 4h40v30l-20 10z" transform="rotate(9 20 20) scale(1.1)"/>' +
          '<g id="b" clip-path="url(#c)"><rect width="96" height="72" fill="url(#g)"/></g>' +
          '<ellipse cx="70" cy="20" rx="12" ry="8" fill="none" stroke="green" stroke-dasharray="3 2"/>' +
          '<text x="8" y="64" font-size="12" letter-spacing="1">a &amp; b <tspan dy="2">é</tspan></text></svg>',
      ),
  },
  {
    name: "SVG of references",
    format: "svg" as const,
    make: async () => {
      const tile = (await flat({ width: 8, height: 8, format: "png" })).toString("base64");
      return Buffer.from(
        `<?xml version="1.0" encoding="UTF-8"?>\n${open} viewBox="0 0 48 36"><!-- tiles --><defs>` +
          '<symbol id="s" viewBox="0 0 4 4"><path d="M0 0L4 4M4 0L0 4" stroke="#222"/></symbol>' +
          '<pattern id="p" width="6" height="6" patternUnits="userSpaceOnUse"><use href="#s" width="6" height="6"/></pattern>' +
          '<mask id="m"><rect width="48" height="36" fill="#888"/></mask></defs>' +
          '<rect width="48" height="36" fill="url(#p)" mask="url(#m)"/><use xlink:href="#s" x="20" y="10" width="9" height="9"/>' +
          `<image href="data:image/png;base64,${tile}" x="30" y="20" width="12" height="12"/></svg>`,
      );
    },
  },
];
