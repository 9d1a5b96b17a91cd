import type { Messages } from "../en.ts";

const images = (number: number) => `${number.toLocaleString("id")} gambar`;

const reasons: Messages["failures"]["reasons"] = {
  corrupt_image: {
    title: "Berkas rusak",
    advice:
      "Berkas terpotong atau isinya tidak sesuai. Kirim ulang dari sumbernya; mengulang saja jarang membantu.",
  },
  unsupported_format: {
    title: "Bukan gambar yang dapat dibaca di sini",
    advice:
      "Isi berkas yang menentukan, bukan namanya. Simpan sebagai JPEG, PNG, WebP, GIF, AVIF, HEIC, atau TIFF.",
  },
  image_too_large: {
    title: "Piksel atau bingkainya terlalu banyak",
    advice: "Perkecil sebelum dikirim, atau naikkan batas layanan: batasnya ada di pengaturan.",
  },
  file_too_large: {
    title: "Berkas terlalu besar",
    advice: "Perkecil sebelum dikirim, atau naikkan batas layanan: batasnya ada di pengaturan.",
  },
  empty_file: { title: "Berkas kosong", advice: "Tidak ada isinya. Kirim ulang dari sumbernya." },
  engine_crashed: {
    title: "Gambar membuat mesin berhenti",
    advice: "Sudah dicoba dua kali dalam proses tersendiri. Mencoba sekali lagi tidak berbahaya.",
  },
  engine_timeout: {
    title: "Terlalu lama",
    advice: "Batas waktu terlewati. Ulangi saat pekerjaan lebih sedikit, atau minta hasil yang lebih kecil.",
  },
  out_of_memory: {
    title: "Memerlukan memori lebih dari yang ada",
    advice: "Ulangi saat pekerjaan lebih sedikit, atau beri pekerja lebih banyak memori.",
  },
  source_unreachable: {
    title: "Alamat tidak memberikan berkas",
    advice: "Server di sana tidak menjawab, atau tidak dengan berkasnya. Ulangi setelah server itu menjawab.",
  },
  source_forbidden: {
    title: "Alamat tidak boleh diambil",
    advice: "Alamat itu menuju ke dalam jaringan, atau ke host yang tidak diizinkan di sini.",
  },
  original_missing: {
    title: "Gambar asli sudah tidak ada",
    advice: "Gambar itu dihapus dari penyimpanan. Kirim ulang gambarnya.",
  },
  storage_error: {
    title: "Penyimpanan tidak dapat dibaca atau ditulis",
    advice: "Setelah penyimpanan pulih, ulangi saja.",
  },
  storage_full: { title: "Penyimpanan penuh", advice: "Kosongkan tempat, lalu ulangi." },
  internal_error: {
    title: "Ada yang salah di dalam layanan",
    advice: "Ulangi. Jika tetap gagal, log pekerja menjelaskan lebih banyak.",
  },
};

export const failures: Messages["failures"] = {
  title: "Kegagalan",
  none: "Tidak ada yang gagal.",
  everywhere: "Semua kegagalan",
  more: "Masih ada lagi yang gagal lebih dahulu.",
  original: "Unduh gambar asli",
  notKept: "gambar asli tidak disimpan",
  retryAll: (number) => `Ulangi semua ${number.toLocaleString("id")}`,
  deleteAll: (number) => `Hapus semua ${number.toLocaleString("id")}`,
  retried: (number) => `${images(number)} dicoba lagi.`,
  deleted: (number) => `${images(number)} dihapus.`,
  all: (number) => `Tampilkan semua ${number.toLocaleString("id")}`,
  fewer: "Tampilkan lebih sedikit",
  reasons,
  otherReason: { title: "Gagal", advice: "Ulangi. Jika tetap gagal, log pekerja menjelaskan lebih banyak." },
};
