/** What a format's own reader finds: the picture as stored, and what it says about itself. */
export interface FoundHeader {
  /** Pixels as stored, before any turn. */
  readonly width: number;
  readonly height: number;
  /** 1 to 8 as in EXIF. */
  readonly orientation?: number;
  readonly frames?: number;
  readonly progressive?: boolean;
  readonly multiPicture?: boolean;
  /** Pixels that are decoded, where more are than are shown. */
  readonly decodedPixels?: number;
}

/** Frames are counted up to here and one more: no limit of ours lies as high, and counting costs time. */
export const maxCountedFrames = 100_000;

/** Segments, chunks and blocks that are walked in one file. 400,000 steps take about 0.2 s. */
export const maxWalkedBlocks = 400_000;
