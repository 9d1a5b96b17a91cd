import type { Messages } from "./en.ts";
import { batches } from "./id/batches.ts";
import { failures } from "./id/failures.ts";
import { gallery } from "./id/gallery.ts";
import { problems } from "./id/problems.ts";
import { settings } from "./id/settings.ts";
import { viewer } from "./id/viewer.ts";
import { webhooks } from "./id/webhooks.ts";
import { wish } from "./id/wish.ts";
import { workers } from "./id/workers.ts";

// Indonesian has no plural endings.
const images = (number: number) => `${number.toLocaleString("id")} gambar`;
const files = (number: number) => `${number.toLocaleString("id")} berkas`;

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds / 5) * 5} dtk`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} mnt`;
  return `${Math.floor(seconds / 3600)} jam ${Math.ceil((seconds % 3600) / 60)} mnt`;
}

export const id = {
  languageName: "Bahasa Indonesia",
  images,
  files,
  shell: {
    skip: "Langsung ke isi",
    navigation: "Tampilan",
    language: "Bahasa",
    theme: "Tema",
    themes: { system: "Sistem", light: "Terang", dark: "Gelap" },
    leave: "Keluar",
    loading: "Memuat…",
    notLoaded: "Bagian halaman ini belum dapat dimuat. Halaman terus mencobanya.",
    reload: "Muat ulang halaman",
    connectionLost:
      "Layanan sedang tidak menjawab. Halaman ini terus mencoba; tidak ada yang sudah terkirim yang hilang.",
    dropHere: "Lepaskan untuk mengirim",
  },
  views: {
    images: "Gambar",
    gallery: "Hasil",
    viewer: "Satu gambar",
    batches: "Kelompok",
    workers: "Pekerja",
    failures: "Kegagalan",
    webhooks: "Webhook",
    settings: "Pengaturan",
  },
  actions: {
    retry: "Ulangi",
    cancel: "Batalkan",
    dismiss: "Tutup",
    delete: "Hapus",
    keep: "Jangan",
    pause: "Jeda",
    resume: "Lanjutkan",
    cancelAll: "Batalkan semua",
    dismissAll: "Tutup semua",
    tryAgain: "Coba lagi",
    download: "Unduh",
    on: (action, subject) => `${action} ${subject}`,
    copied: "Tersalin",
    notCopied: "Tidak tersalin",
    deleteForGood: "Hapus selamanya?",
  },
  key: {
    title: "Layanan ini meminta kunci API",
    label: "Kunci API",
    enter: "Masuk",
    hint: "Peramban ini menyimpan sesi dua belas jam, bukan kuncinya.",
  },
  intake: {
    label: "Kirim gambar",
    leadTall: "Lepaskan gambar di mana saja di halaman ini",
    lead: "Lepaskan gambar di mana saja",
    hint: "atau foldernya, atau tempel. JPEG, PNG, WebP, GIF, AVIF, HEIC, dan TIFF.",
    choose: "Pilih gambar",
    chooseFolder: "Pilih folder",
    takePhoto: "Ambil foto",
    addressLabel: "Atau sebuah alamat",
    addressSend: "Ambil",
    addressesSent: (number) => `${images(number)} akan diambil.`,
    noAddress: (text) => `“${text}” bukan alamat web: alamat diawali https:// atau http://.`,
    tooManyAddresses: (most) => `Alamatnya lebih dari ${most}, jumlah terbanyak sekali kirim.`,
  },
  uploads: {
    sending: "Mengirim",
    list: "Berkas yang sedang dikirim",
    paused: "dijeda",
    interrupted: "layanan tidak menjawab, mencoba lagi",
    remaining: (seconds) => `sisa ${duration(seconds)}`,
    overall: "Terkirim dari semua berkas",
    progress: (settled, of, percent, bytes) =>
      `${settled.toLocaleString("id")} dari ${files(of)}, ${percent} % dari ${bytes}`,
    sentFiles: (settled, of) => `${settled.toLocaleString("id")} dari ${files(of)} terkirim.`,
    allOver: (number) => `Tidak ada lagi yang perlu dikirim dari ${files(number)}.`,
    sentOf: (name) => `Terkirim dari ${name}`,
    waits: "menunggu",
    notTaken: (number) => `Tidak diterima: ${files(number)}`,
    retryAll: (number) => `Ulangi semua (${number.toLocaleString("id")})`,
    showMore: (number) => `Tampilkan ${number.toLocaleString("id")} lagi`,
    refused: "Ditolak",
    lost: "Tidak terkirim",
    wasRefused: (name, reason) => `${name} ditolak. ${reason}`,
    wasLost: (name, reason) => `${name} tidak terkirim. ${reason}`,
    wereRefused: (number) => `${files(number)} ditolak.`,
    wereLost: (number) => `${files(number)} tidak terkirim.`,
    refusals: {
      empty: "Berkas ini kosong.",
      tooLarge: (limit) => `Berkas ini lebih besar dari ${limit}, batas layanan ini.`,
      unreadable: "Peramban tidak dapat membaca berkas ini. Mungkin sudah dipindah atau diubah.",
      notImage:
        "Berkas ini bukan gambar dengan format yang dibaca layanan ini. Isinya yang menentukan, bukan namanya.",
    },
  },
  wish,
  interrupted: {
    title: (unsent, all) => `${unsent} dari ${files(all)} belum terkirim ketika halaman ini ditutup`,
    again:
      "Pilih atau lepaskan lagi berkas yang sama atau foldernya: yang kurang dilanjutkan dari tempat terputus, yang sudah terkirim dilewati.",
    forget: "Lupakan",
  },
  imageList: {
    titles: { all: "Gambar", batch: "Satu kelompok", image: "Satu gambar" },
    all: "Semua gambar",
    shown: (number) => `${images(number)} ditampilkan`,
    inWork: (number) => `${number.toLocaleString("id")} dikerjakan`,
    failed: (number) => `${number.toLocaleString("id")} gagal`,
    more: "Muat lebih banyak",
    none: "Tidak ada gambar di sini.",
  },
  image: {
    states: {
      queued: "Antre",
      processing: "Diproses",
      done: "Selesai",
      failed: "Gagal",
      cancelled: "Dibatalkan",
    },
    original: "Asli",
    downloadOriginal: (filename) => `Unduh berkas asli ${filename}`,
    downloadVariant: (variant, filename) => `Unduh ${variant} dari ${filename}`,
    result: (filename) => `Hasil ${filename}`,
    notMade: "Tidak dibuat",
    notLoaded: "tidak termuat",
    notMadeYet: "Belum dibuat",
    sameSize: "ukuran sama",
    smaller: (percent) => `${percent} % lebih kecil`,
    larger: (percent) => `${percent} % lebih besar`,
  },
  news: {
    changed: (number) => `${images(number)} berubah.`,
    done: (filename, bytes) => `${filename} selesai${bytes ? `, ${bytes}` : ""}.`,
    failed: (filename, reason) => `${filename} gagal. ${reason}`.trim(),
    cancelled: (filename) => `${filename} dibatalkan.`,
    deleted: (filename) => `${filename} dihapus.`,
  },
  live: { open: "Langsung", opening: "Menghubungkan…", lost: "Menghubungkan kembali…" },
  problems,
  batches,
  failures,
  gallery,
  settings,
  viewer,
  webhooks,
  workers,
} satisfies Messages;
