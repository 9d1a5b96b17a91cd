import { useRef } from "preact/hooks";
import { takeFiles } from "../../uploads/take-files.ts";

interface FileButtonProps {
  readonly label: string;
  readonly class?: string;
  readonly accept?: string;
  readonly multiple?: boolean;
  readonly webkitdirectory?: boolean;
  readonly capture?: "environment";
}

/** A button that opens the system's own choice of files, a folder's or the camera's. */
export function FileButton({ label, class: look, ...kind }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class={look} onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        {...kind}
        ref={input}
        type="file"
        hidden
        aria-label={label}
        onChange={(event) => {
          void takeFiles(event.currentTarget.files ?? []);
          // The same file can be chosen again.
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
