import type { Messages } from "./en.ts";
import { batches } from "./id/batches.ts";
import { failures } from "./id/failures.ts";
import { gallery } from "./id/gallery.ts";
import { settings } from "./id/settings.ts";
import { viewer } from "./id/viewer.ts";
import { webhooks } from "./id/webhooks.ts";
import { workers } from "./id/workers.ts";

// Indonesian has no plural endings.
const images = (number: number) => `${number.toLocaleString("id")} gambar`;
const files = (number: number) => `${number.toLocaleString("id")} berkas`;

export const id = {
  languageName: "Bahasa Indonesia",
  images,
  files,
  shell: {
    skip: "Langsung ke isi",
    navigation: "Tampilan",
    language: "Bahasa",
    theme: "Tema",
    themes: { system: "Ikuti sistem", light: "Terang", dark: "Gelap" },
    leave: "Keluar",
    loading: "Memuat…",
    notLoaded: "Bagian halaman ini tidak dapat dimuat.",
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
    tryAgain: "Coba lagi",
    download: "Unduh",
    open: "Buka",
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
    hint: "atau tempel. JPEG, PNG, WebP, GIF, AVIF, HEIC, dan TIFF.",
    choose: "Pilih gambar",
    isFolder: "Ini sebuah folder. Lepaskan gambar yang ada di dalamnya.",
  },
  uploads: {
    sending: "Mengirim",
    notTaken: "Tidak diterima",
    retryAll: (number) => `Ulangi semua (${number})`,
    overall: "Terkirim dari semua berkas",
    progress: (settled, of, percent, bytes) => `${settled} dari ${files(of)}, ${percent} % dari ${bytes}`,
    sentOf: (name) => `Terkirim dari ${name}`,
    bytesOf: (sent, all) => `${sent} dari ${all}`,
    waitingForAnswer: "Terkirim, menunggu jawaban",
    states: { waiting: "Menunggu giliran", sending: "Mengirim", refused: "Ditolak", lost: "Tidak terkirim" },
    wasRefused: (name, reason) => `${name} ditolak. ${reason}`,
    wasLost: (name, reason) => `${name} tidak terkirim. ${reason}`,
  },
  imageList: {
    titles: { all: "Gambar", batch: "Satu kelompok", image: "Satu gambar" },
    all: "Semua gambar",
    shown: (number) => `${images(number)} ditampilkan`,
    inWork: (number) => `${number} dikerjakan`,
    failed: (number) => `${number} gagal`,
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
    openOriginal: (filename) => `Buka berkas asli ${filename}`,
    downloadVariant: (variant, filename) => `Unduh ${variant} dari ${filename}`,
    result: (filename) => `Hasil ${filename}`,
    notMade: "Tidak dibuat",
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
  problems: {
    unreachable: "Sambungan ke layanan terputus.",
    status: (status) => `Layanan menjawab dengan status ${status}.`,
    unknown: "Terjadi kesalahan di halaman ini.",
  },
  batches,
  failures,
  gallery,
  settings,
  viewer,
  webhooks,
  workers,
} satisfies Messages;
