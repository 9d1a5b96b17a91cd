/** Refusals that people meet, by code (docs/errors.md). Of others the service's own sentence is shown. */
const codes: Readonly<Record<string, string>> = {
  unauthorized: "The API key is not known here, or the session is over.",
  not_found: "This is not here: the address is wrong, or it was deleted long ago.",
  gone: "This was deleted.",
  already_final: "Its state has moved on meanwhile: that can no longer be done.",
  unknown_preset: "The preset that was chosen is no longer there.",
  request_timeout: "It was sent too slowly.",
  rate_limited: "These are too many requests at once. Try again in a moment.",
  overloaded: "The service cannot take more just now. Try again in a moment.",
  storage_full: "The storage of the service is full.",
  storage_error: "The storage of the service does not work just now.",
  internal_error: "Something went wrong inside the service.",
};

export const problems = {
  unreachable: "The connection to the service was lost.",
  status: (status: number) => `The service answered with status ${status}.`,
  unknown: "Something went wrong in this page.",
  codes,
};
