import type { Messages } from "../en.ts";

export const gallery: Messages["gallery"] = {
  title: "Hasil",
  filter: "Gambar yang ditampilkan",
  all: "Semua",
};
