import { gzipSync } from "node:zlib";
import { jpegSegment, withJpegSegments } from "./jpeg.ts";

/** The whole of a little ZIP archive that holds `evil.txt`. */
const zip = Buffer.from(
  "504b03040a0000000000000021003a8b4a8e040000000400000008000000" +
    "6576696c2e7478746576696c" +
    "504b01021e030a0000000000000021003a8b4a8e0400000004000000080000000000000000000000a48100000000" +
    "6576696c2e747874" +
    "504b050600000000010001003600000034000000" +
    "0000",
  "hex",
);
const html = "<html><script>alert(document.domain)</script></html>";
const php = "<?php system($_GET['c']); ?>";

/** Two things in one: each is a picture to a decoder and something else to another program. */
export const jpegAndZip = (jpeg: Buffer) => Buffer.concat([jpeg, zip]);
export const jpegAndHtml = (jpeg: Buffer) => withJpegSegments(jpeg, jpegSegment(0xfe, Buffer.from(html)));
export const jpegAndPhp = (jpeg: Buffer) =>
  withJpegSegments(jpeg, jpegSegment(0xe1, Buffer.from(`Exif\0\0${php}`, "latin1")));
/** `GIF89a=1;` is JavaScript to a browser that does not look at the type. The pixels are no longer there. */
export const gifAndScript = () => Buffer.from("GIF89a=1;alert(document.domain);", "latin1");

/** Bytes that no result may contain. */
export const foreignMarks = ["<script", "<?php", "evil.txt"] as const;

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';

/** Files that are no picture of a format that is read, by what they are. */
export const foreignFiles = {
  svg: Buffer.from(svg),
  svgWithProlog: Buffer.from(`<?xml version="1.0"?>\n<!-- a -->\n${svg}`),
  svgWithEntities: Buffer.from(`<!DOCTYPE svg [<!ENTITY a "a">]>${svg}`),
  svgz: gzipSync(svg),
  html: Buffer.from(html),
  text: Buffer.from("This is not a picture.\n"),
  pdf: Buffer.from("%PDF-1.7\n1 0 obj\n"),
  eps: Buffer.from("%!PS-Adobe-3.0 EPSF-3.0\n"),
  mvg: Buffer.from("push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 'msl:a'\n"),
  vips: Buffer.from([0x08, 0xf2, 0xa6, 0xb6, 0, 0, 0, 1, 0, 0, 0, 1]),
  zip,
  bmp: Buffer.from("BM\x46\0\0\0\0\0\0\0\x36\0\0\0", "latin1"),
} as const satisfies Record<string, Buffer>;
