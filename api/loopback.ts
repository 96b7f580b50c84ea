/** Names and addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The host of a URL without the brackets of an IPv6 address. */
export function hostIn(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
