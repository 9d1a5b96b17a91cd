import type { Messages } from "../en.ts";

const codes: Messages["problems"]["codes"] = {
  unauthorized: "Kunci API tidak dikenal di sini, atau sesinya sudah berakhir.",
  not_found: "Ini tidak ada: alamatnya salah, atau sudah lama dihapus.",
  gone: "Ini sudah dihapus.",
  already_final: "Keadaannya sudah berubah: hal itu tidak dapat dilakukan lagi.",
  unknown_preset: "Preset yang dipilih sudah tidak ada.",
  request_timeout: "Pengirimannya terlalu lambat.",
  rate_limited: "Terlalu banyak permintaan sekaligus. Coba lagi sebentar lagi.",
  overloaded: "Layanan sedang tidak dapat menerima lebih banyak. Coba lagi sebentar lagi.",
  storage_full: "Penyimpanan layanan penuh.",
  storage_error: "Penyimpanan layanan sedang tidak berfungsi.",
  internal_error: "Terjadi kesalahan di dalam layanan.",
};

export const problems: Messages["problems"] = {
  unreachable: "Sambungan ke layanan terputus.",
  status: (status) => `Layanan menjawab dengan status ${status}.`,
  unknown: "Terjadi kesalahan di halaman ini.",
  codes,
};
