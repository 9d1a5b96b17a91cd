/*
 * The records of a ZIP archive of stored, not deflated, files (PKWARE APPNOTE 6.3.10): a picture does not shrink, and
 * what is stored has a length that is known beforehand. ZIP64 (4.3.14, 4.3.15, 4.5.3) where an offset or the number
 * of entries needs it. A single file is always smaller than 4 GB: the engine writes none that is larger.
 */
export interface ZipEntry {
  /** With `/` between folders, safe to be unpacked anywhere. */
  readonly name: string;
  readonly bytes: number;
  readonly crc32: number;
  /** In UTC, to two seconds. */
  readonly modifiedAt: Date;
}

const limit32 = 0xffff_ffff;
const limit16 = 0xffff;
/** Names are UTF-8 (4.4.4, bit 11). */
const flags = 1 << 11;
const version = { stored: 20, zip64: 45 };

export function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x0403_4b50, 0);
  header.writeUInt16LE(version.stored, 4);
  header.writeUInt16LE(flags, 6);
  writeFacts(header, 10, entry, name.length);
  return Buffer.concat([header, name]);
}

/** `offset`: where the entry's local header begins. */
export function centralRecord(entry: ZipEntry, offset: number): Buffer {
  const name = Buffer.from(entry.name);
  const isFar = offset >= limit32;
  const extra = Buffer.alloc(isFar ? 12 : 0);
  if (isFar) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8, 2);
    extra.writeBigUInt64LE(BigInt(offset), 4);
  }
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x0201_4b50, 0);
  record.writeUInt16LE((3 << 8) | version.zip64, 4); // made on Unix, so that the file's mode below counts
  record.writeUInt16LE(isFar ? version.zip64 : version.stored, 6);
  record.writeUInt16LE(flags, 8);
  writeFacts(record, 12, entry, name.length);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE((0o100644 << 16) >>> 0, 38);
  record.writeUInt32LE(Math.min(offset, limit32), 42);
  return Buffer.concat([record, name, extra]);
}

interface Directory {
  readonly entries: number;
  readonly offset: number;
  readonly bytes: number;
  /** Whether it needs ZIP64, or shall have it. */
  readonly zip64: boolean;
}

export function needsZip64({ entries, offset, bytes }: Omit<Directory, "zip64">): boolean {
  return entries >= limit16 || offset >= limit32 || bytes >= limit32;
}

export function endRecords({ entries, offset, bytes, zip64 }: Directory): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(zip64 ? limit16 : entries, 8);
  end.writeUInt16LE(zip64 ? limit16 : entries, 10);
  end.writeUInt32LE(zip64 ? limit32 : bytes, 12);
  end.writeUInt32LE(zip64 ? limit32 : offset, 16);
  return zip64 ? Buffer.concat([zip64End(entries, offset, bytes), end]) : end;
}

function zip64End(entries: number, offset: number, bytes: number): Buffer {
  const end = Buffer.alloc(56 + 20);
  end.writeUInt32LE(0x0606_4b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE((3 << 8) | version.zip64, 12);
  end.writeUInt16LE(version.zip64, 14);
  end.writeBigUInt64LE(BigInt(entries), 24);
  end.writeBigUInt64LE(BigInt(entries), 32);
  end.writeBigUInt64LE(BigInt(bytes), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  end.writeUInt32LE(0x0706_4b50, 56);
  end.writeBigUInt64LE(BigInt(offset + bytes), 64);
  end.writeUInt32LE(1, 72);
  return end;
}

/** Time, date, CRC-32, both sizes and the name's length: the same in both headers. */
function writeFacts(record: Buffer, at: number, { crc32, bytes, modifiedAt }: ZipEntry, nameBytes: number) {
  const [date, time] = dosTime(modifiedAt);
  record.writeUInt16LE(time, at);
  record.writeUInt16LE(date, at + 2);
  record.writeUInt32LE(crc32, at + 4);
  record.writeUInt32LE(bytes, at + 8);
  record.writeUInt32LE(bytes, at + 12);
  record.writeUInt16LE(nameBytes, at + 16);
}

function dosTime(at: Date): [date: number, time: number] {
  const year = Math.min(Math.max(at.getUTCFullYear(), 1980), 2107) - 1980;
  const date = (year << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return [date, time];
}
