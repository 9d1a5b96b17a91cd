import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { serviceUrl } from "../../api/call.ts";
import { formatTime } from "../../parts/times.ts";
import { words } from "../../words.ts";
import { Fact } from "./fact.tsx";
import { type FileMetadata, readMetadata } from "./read-metadata.ts";

/** What the camera wrote into the file; nothing where it wrote nothing, or the file is away. */
export function OriginalMetadata({ url }: { url: string }) {
  const found = useSignal<FileMetadata>({});
  useEffect(() => {
    let isOld = false;
    readMetadata(serviceUrl(url)).then(
      (metadata) => {
        if (!isOld) found.value = metadata;
      },
      () => {},
    );
    return () => {
      isOld = true;
    };
  }, [url]);

  const say = words.value.viewer.file;
  const { takenAt, exposure, aperture, sensitivity, orientation, hasPlace, ...rest } = found.value;
  const setting = [
    exposure && say.seconds(exposure),
    aperture,
    sensitivity && `ISO ${sensitivity}`,
    rest.focalLength,
  ].filter(Boolean);
  const facts: readonly (readonly [string, string | undefined])[] = [
    [say.camera, rest.camera],
    [say.lens, rest.lens],
    [say.taken, takenAt && formatTime(takenAt)],
    [say.setting, setting.join(", ")],
    [say.orientation, orientation ? say.turned(orientation) : undefined],
    [say.colours, rest.colours],
    [say.software, rest.software],
    [say.author, rest.author],
    [say.copyright, rest.copyright],
    [say.place, hasPlace && say.hasPlace],
  ];
  if (Object.keys(found.value).length === 0) return null;
  return (
    <section aria-labelledby="file-title">
      <h3 id="file-title">{say.title}</h3>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <Fact key={name} name={name}>
                {value}
              </Fact>
            ),
        )}
      </dl>
    </section>
  );
}
