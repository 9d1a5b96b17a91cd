import type { Messages } from "../en.ts";

const images = (number: number) => `${number.toLocaleString("id")} gambar`;

export const batches: Messages["batches"] = {
  title: "Kelompok",
  none: "Belum ada kelompok. Beberapa berkas yang dikirim bersama menjadi satu kelompok.",
  one: "Satu kelompok",
  all: "Semua kelompok",
  name: (time) => `Kelompok ${time}`,
  statuses: { open: "Terbuka", running: "Berjalan", done: "Selesai", cancelled: "Dibatalkan" },
  progress: "Kemajuan kelompok",
  ended: (ended, total) => `${ended.toLocaleString("id")} dari ${images(total)} berakhir`,
  endedSoFar: (ended: number, total: number) =>
    `${ended.toLocaleString("id")} dari ${images(total)} yang sudah datang selesai`,
  moreMayCome: "Gambar lain masih dapat datang",
  failed: (number) => `${number.toLocaleString("id")} gagal`,
  preset: (name) => `preset ${name}`,
  leftUnknown: "Terlalu dini untuk memperkirakan sisa waktu",
  stalled: (duration) => `Tidak ada yang berakhir selama ${duration}`,
  leftAbout: (duration) => `Sisa sekitar ${duration}`,
  leftBetween: (from, to) => `Sisa ${from} sampai ${to}`,
  isDone: (done, failed) =>
    `Kelompok selesai: ${images(done)} dibuat${failed > 0 ? `, ${failed} gagal` : ""}.`,
  archive: "Unduh semua sebagai ZIP",
  retryFailed: (number) => `Ulangi yang gagal (${number.toLocaleString("id")})`,
  seeFailures: "Lihat apa yang gagal, dan mengapa",
  close: "Tutup untuk gambar baru",
  cancel: "Batalkan",
  cancelQuestion: (number) =>
    number > 0
      ? `Batalkan ${images(number)} yang belum berakhir?`
      : "Batalkan kelompok ini? Kelompok tidak akan menerima gambar lagi.",
  deleteQuestion: (number) => `Hapus kelompok beserta ${images(number)} selamanya?`,
  deleted: "Kelompok dihapus.",
};
