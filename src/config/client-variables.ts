/** Of commands that ask a running service. They may stand in the environment of one, and are none of its settings. */
export const urlVariable = "PIXMILL_URL";
export const apiKeyVariable = "PIXMILL_API_KEY";
