import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { flat } from "../pictures/index.ts";

/** A folder of small pictures, `<name>-0001.png` and so on. Returns their paths. */
export async function smallPictures(folder: string, count: number, name = "picture"): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const content = await flat({ width: 48, height: 32, format: "png" });
  const paths = Array.from({ length: count }, (_, index) =>
    join(folder, `${name}-${String(index + 1).padStart(4, "0")}.png`),
  );
  for (const path of paths) await writeFile(path, content);
  return paths;
}
