import type { Messages } from "../en.ts";

export const workers: Messages["workers"] = {
  title: "Pekerja",
  none: "Tidak ada pekerja yang berjalan. Gambar menunggu sampai ada yang dijalankan.",
  waiting: "Gambar menunggu",
  throughput: "Gambar selesai dalam semenit terakhir",
  oldest: (duration) => `yang terlama ${duration}`,
  active: (number) => `${number} sedang dikerjakan`,
  chart: (title, now, most) => `${title}: ${now} sekarang, paling banyak ${most} selama ini dibuka`,
  lastMinutes: (minutes) => `${minutes} menit terakhir`,
  slots: (number) => `Proses mesin: ${number}`,
  idle: "menganggur",
  beside: (number) => `dan ${number} sedang diambil`,
  rate: "Per menit",
  done: "Selesai",
  failed: "Gagal",
  share: "Bagian, 5 menit terakhir",
};
