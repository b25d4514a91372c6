/**
 * The address below which an n8n has its API, from what people type: the address of the editor, or that of the API, with or without
 * a slash at the end.
 *
 * @returns nothing when it is no http(s) address
 */
export function apiBaseUrl(text: string): string | undefined {
  const address = withoutSlash(text);
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) return undefined;
  return IS_API.test(address) ? address : `${address}/api/v1`;
}

/** The address of the editor, from the same. */
export function editorUrl(text: string): string {
  return withoutSlash(text).replace(IS_API, '');
}

const IS_API = /\/api\/v\d+$/;

function withoutSlash(text: string): string {
  return text.trim().replace(/\/+$/, '');
}
