// Verify webhooks of Duixian with what Node brings along.
import { createHmac, timingSafeEqual } from "node:crypto";

const MOST_SECONDS = 300;

/** The message, or null if Duixian did not send it, or sent it long ago; `body` is a Buffer. */
export function verified(secret, headers, body) {
  const sentAt = headers["webhook-timestamp"] ?? "";
  if (!/^\d+$/.test(sentAt) || Math.abs(Date.now() / 1000 - Number(sentAt)) > MOST_SECONDS) return null;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const hmac = createHmac("sha256", key).update(`${headers["webhook-id"]}.${sentAt}.`).update(body);
  const expected = Buffer.from(`v1,${hmac.digest("base64")}`);
  const given = Buffer.from(headers["webhook-signature"] ?? "");
  return given.length === expected.length && timingSafeEqual(given, expected) ? JSON.parse(body) : null;
}
