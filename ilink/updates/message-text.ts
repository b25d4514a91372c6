const MESSAGE_FIELDS = [
  'message_id',
  'from_user_id',
  'to_user_id',
  'client_id',
  'session_id',
  'message_type',
  'item_list',
  'context_token',
] as const;

/** Whether a value is an object with at least one field that only messages have. */
export function looksLikeMessage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return MESSAGE_FIELDS.some((field) => Object.hasOwn(value, field));
}

/** JSON forbids raw control characters in texts; outside of texts only those stand that are white space. */
export function escapeControls(text: string): string {
  let inString = false;
  let escaped = false;
  let result = '';
  for (const char of text) {
    if (inString && char < ' ') {
      result += `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
      escaped = false;
      continue;
    }
    if (escaped) escaped = false;
    else if (char === '\\') escaped = inString;
    else if (char === '"') inString = !inString;
    result += char;
  }
  return result;
}
