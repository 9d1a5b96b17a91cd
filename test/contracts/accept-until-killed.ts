import { openCatalog } from "../../src/catalog/database.ts";
import { newImage } from "./catalog-fixtures.ts";

// Accepts images for ever at the address in its first argument, and says each id once it is accepted.
const catalog = await openCatalog(process.argv[2] ?? "");
for (;;) {
  const image = newImage();
  await catalog.images.accept([image]);
  process.stdout.write(`${image.id}\n`);
}
