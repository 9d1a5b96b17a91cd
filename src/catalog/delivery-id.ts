import { newImageId } from "../image/image-id.ts";

/** `msg_` and a UUIDv7 without its hyphens: what Standard Webhooks calls the message's id, newest last. */
export function newDeliveryId(): string {
  return `msg_${newImageId().replaceAll("-", "")}`;
}

export function isDeliveryId(text: string): boolean {
  return /^msg_[0-9a-f]{12}7[0-9a-f]{19}$/.test(text);
}
