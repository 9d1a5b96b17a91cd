import { PixmillError } from "../errors.ts";
import { refuseField } from "./problem.ts";

/** What the form's parser reports, in our words; a refusal of our own passes. */
export function formFaultOf(fault: unknown, maxFiles: number): PixmillError {
  if (fault instanceof PixmillError) return fault;
  const { code } = (fault ?? {}) as { code?: unknown };
  switch (code) {
    case "FST_FILES_LIMIT":
      return new PixmillError("too_many_files", {
        detail:
          maxFiles === 1 ? "Send exactly one file here." : `At most ${maxFiles} files are taken at once.`,
      });
    case "FST_PARTS_LIMIT":
    case "FST_FIELDS_LIMIT":
      return invalid("The form has too many parts.", fault);
    case "FST_PROTO_VIOLATION":
      return invalid("The form has a field with a name that is never allowed.", fault);
    case "FST_INVALID_JSON_FIELD_ERROR":
      return refuseField("invalid_transform", "variants", "is not valid JSON");
    default:
      // Boundaries that never come, parts that break off, connections that end: all are the sender's.
      return invalid("The multipart body is malformed or ended before it was complete.", fault);
  }
}

function invalid(detail: string, cause: unknown): PixmillError {
  return new PixmillError("invalid_request", { detail, cause });
}
