import { address } from "../../address.ts";
import { Filters, statusAmong } from "../../parts/filters.tsx";
import { Gallery } from "../../parts/gallery.tsx";
import { LiveBadge } from "../../parts/live-badge.tsx";
import { useImagePages } from "../../parts/use-image-pages.ts";
import { words } from "../../words.ts";

const pageSize = 60;

/** The results as pictures: all, or those of one state, as the address says. */
export function GalleryView() {
  const say = words.value.gallery;
  const { states } = words.value.image;
  const status = statusAmong(states, address.value.parameters.get("status"));
  const pages = useImagePages({ status }, pageSize);
  return (
    <section aria-labelledby="gallery-title">
      <div class="section-head">
        <h2 id="gallery-title">{say.title}</h2>
        <LiveBadge />
      </div>
      <Filters view="gallery" label={say.filter} all={say.all} statuses={states} current={status} />
      <Gallery key={status} pages={pages} />
    </section>
  );
}
