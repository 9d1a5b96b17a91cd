import { fileURLToPath } from "node:url";
import type { ErrorCode } from "../../src/errors.ts";
import { jpegSegment, withJpegSegments } from "../pictures/index.ts";
import { type Harm, harmMark } from "./harm.ts";
import type { Picture } from "./load.ts";

/** The environment of workers whose engine processes such pictures harm. */
export const harmable = {
  NODE_OPTIONS: `--import=${fileURLToPath(new URL("./harmed-engines.ts", import.meta.url))}`,
};

const comment = 0xfe;
const fails: Readonly<Record<Harm, ErrorCode>> = {
  SIGSEGV: "engine_crashed",
  SIGABRT: "engine_crashed",
  SIGKILL: "out_of_memory",
  spin: "engine_timeout",
  allocate: "out_of_memory",
};

/** A JPEG that does harm to every engine process that opens it. */
export function poison({ content, variants }: Picture, harm: Harm): Picture {
  const marked = withJpegSegments(content, jpegSegment(comment, Buffer.from(harmMark(harm))));
  return { name: `poison-${harm}.jpg`, content: marked, variants, fails: [fails[harm]] };
}
