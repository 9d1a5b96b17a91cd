/** Who asks, for the log of whoever is asked. */
export const userAgent = "Pixmill";
