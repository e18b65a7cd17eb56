/** Secrets that were written where a place should be. */

/** `user:password@` of a URL, or a password in its query. */
const IN_URL =
  /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*:[^/?#]+@|[^#]*[?&](?:password|sslpassword)=[^&#]+)/iu
/** `user:password@host`. A password may have an @ of its own; an address of IPv6 has none. */
const IN_HOST = /^(?:ssh:\/\/)?[^:@]*:.*@/iu

export function urlHasPassword(url: string): boolean {
  return IN_URL.test(url)
}

export function hostHasPassword(host: string): boolean {
  return IN_HOST.test(host)
}
