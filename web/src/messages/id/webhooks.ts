import type { Messages } from "../en.ts";

export const webhooks: Messages["webhooks"] = {
  title: "Webhook",
  filter: "Pengiriman yang ditampilkan",
  all: "Semua",
  none: "Belum ada pengiriman di sini. Gambar dan kelompok yang dikirim dengan alamat balasan membuatnya.",
  statuses: { pending: "Menunggu", delivered: "Terkirim", failed: "Dihentikan" },
  next: (time) => `percobaan berikutnya ${time}`,
  noAttempt: "Belum dikirim",
  noAnswer: "tak dijawab",
  acknowledged: "diterima",
  body: "Yang diberitahukan",
  replay: "Kirim lagi",
  replayed: "Webhook dikirim lagi.",
  image: "Gambarnya",
  batch: "Kelompoknya",
};
