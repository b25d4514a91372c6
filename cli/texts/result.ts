import type { LoginResult } from '../../login/state';
import { FIRST_MESSAGE_HINT } from './login';
import type { Saved } from '../login/saved';

/** What was saved where, in a line. */
function savedSentence(saved: Saved): string {
  if (saved.to === 'file') return `The credential is in ${saved.path}, readable by you only. Keep it secret.`;
  const done = saved.created ? 'created' : 'updated';
  const tested = saved.test
    ? ` n8n's test of it says: ${saved.test.message || (saved.test.ok ? 'OK' : 'failed')}.`
    : '';
  return `The credential "${saved.name}" (${saved.id}) was ${done} in n8n.${tested}`;
}

/** The end of a login: what to paste where, and what comes next. */
export function resultLines(credential: LoginResult, showToken: boolean, tokenIn: Saved[]): string[] {
  const inN8n = tokenIn.find((saved) => saved.to === 'n8n');
  const lines = tokenIn.map(savedSentence);
  if (inN8n) lines.push(`Connect again later with --n8n-credential ${inN8n.id}`);
  if (!inN8n || showToken) {
    if (lines.length > 0) lines.push('');
    lines.push(
      'For a new credential "WeChat Bot API" in n8n:',
      '',
      ...fieldLines(credential, showToken, tokenIn),
      '',
    );
  }
  return [...lines, FIRST_MESSAGE_HINT];
}

function fieldLines(credential: LoginResult, showToken: boolean, tokenIn: Saved[]): string[] {
  const file = tokenIn.find((saved) => saved.to === 'file');
  const token = showToken ? credential.botToken : file ? `"botToken" in ${file.path}` : '(not shown)';
  const fields: Array<[string, string]> = [
    ['Bot Token', token],
    ['Bot ID', credential.botId],
    ["Owner's User ID", credential.ownerUserId],
    ['API Base URL', credential.apiBaseUrl],
  ];
  return fields.map(([name, value]) => `  ${name.padEnd(17)}${value}`);
}
