import type { Messages } from "../en.ts";

export const settings: Messages["settings"] = {
  limits: "Yang boleh dikirim",
  fileSize: "Berkas, paling besar",
  pixels: "Piksel, paling banyak",
  sides: "Sisi, paling panjang",
  frames: "Bingkai, paling banyak",
  formats: "Format berkas",
  presets: "Preset",
  version: (version) => `versi ${version}`,
  copyJson: "Salin sebagai JSON",
  inForce: "Pengaturan yang berlaku",
  nothing: "(kosong)",
  sources: { default: "bawaan", environment: "lingkungan", flag: "argumen" },
  hint: "Ini milik proses API yang menjawab. Diubah di lingkungannya, dan berlaku sejak dijalankan kembali.",
};
