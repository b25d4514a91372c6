/** Entries separated by commas, semicolons (also the Chinese ones), spaces or lines. */
export function splitList(text: string): string[] {
  return text.split(/[\s,;，；、]+/).filter((entry) => entry !== '');
}
