/** The host of a URL; null where the text is none. */
export function hostOf(url: string | null): string | null {
  return url && URL.canParse(url) ? new URL(url).hostname : null;
}
