import { jpegSegment, withJpegSegments } from "./jpeg.ts";

const xmp = (inside: string) =>
  jpegSegment(
    0xe1,
    Buffer.from(
      "http://ns.adobe.com/xap/1.0/\0" +
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
        `${inside}</rdf:RDF></x:xmpmeta>`,
      "latin1",
    ),
  );

/**
 * An HDR photo as phones write it (Ultra HDR 1.0, https://developer.android.com/media/platform/hdr-image-format): a
 * JPEG for every screen, and behind it a smaller one that says how much brighter each point may shine.
 */
export function withGainMap(picture: Buffer, gainMap: Buffer): Buffer {
  const map = withJpegSegments(
    gainMap,
    xmp(
      '<rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" ' +
        'hdrgm:GainMapMin="0" hdrgm:GainMapMax="2" hdrgm:Gamma="1" hdrgm:OffsetSDR="0.015625" ' +
        'hdrgm:OffsetHDR="0.015625" hdrgm:HDRCapacityMin="0" hdrgm:HDRCapacityMax="2" ' +
        'hdrgm:BaseRenditionIsHDR="False"/>',
    ),
  );
  const item = (semantic: string, length: string) =>
    `<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="${semantic}" Item:Mime="image/jpeg"${length}/></rdf:li>`;
  const primary = withJpegSegments(
    picture,
    xmp(
      '<rdf:Description xmlns:Container="http://ns.google.com/photos/1.0/container/" ' +
        'xmlns:Item="http://ns.google.com/photos/1.0/container/item/" ' +
        'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"><Container:Directory><rdf:Seq>' +
        `${item("Primary", "")}${item("GainMap", ` Item:Length="${map.length}"`)}` +
        "</rdf:Seq></Container:Directory></rdf:Description>",
    ),
  );
  // The block itself makes the first picture longer, and what it says of places counts from its own byte 8.
  const length = primary.length + pictureIndex(0, 0).length;
  return Buffer.concat([withJpegSegments(primary, pictureIndex(length, map.length)), map]);
}

/** Says how long the two pictures are, and where the second begins (CIPA DC-007, Multi-Picture Format). */
function pictureIndex(firstLength: number, secondLength: number): Buffer {
  const index = Buffer.alloc(82);
  index.write("II*\0", 0, "latin1");
  index.writeUInt32LE(8, 4);
  index.writeUInt16LE(3, 8);
  const entry = (place: number, tag: number, type: number, count: number) => {
    const at = 10 + place * 12;
    index.writeUInt16LE(tag, at);
    index.writeUInt16LE(type, at + 2);
    index.writeUInt32LE(count, at + 4);
    return at + 8;
  };
  index.write("0100", entry(0, 0xb000, 7, 4), "latin1");
  index.writeUInt32LE(2, entry(1, 0xb001, 4, 1));
  index.writeUInt32LE(50, entry(2, 0xb002, 7, 32));
  index.writeUInt32LE(0x030000, 50);
  index.writeUInt32LE(firstLength, 54);
  index.writeUInt32LE(secondLength, 70);
  // After SOI, the marker, the length and "MPF\0".
  index.writeUInt32LE(Math.max(0, firstLength - 10), 74);
  return jpegSegment(0xe2, Buffer.concat([Buffer.from("MPF\0", "latin1"), index]));
}
