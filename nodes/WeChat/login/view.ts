import type { Seen } from '../../../login/service';
import type { LoginRecord } from '../../../login/record';
import { digestOf } from '../../../login/records';
import { isStuck } from '../../../login/state';
import { problemWords, type Language } from '../texts';

/** What the browser gets to see. Nothing in it can collect a token. */
export type View = { access: 'unused' | 'elsewhere' | 'unknown' } | LoginView;

export interface LoginView {
  access: 'yes';
  phase: LoginRecord['phase'];
  /** What the phone does; absent while there is no code. */
  status?: string;
  code?: {
    id: string;
    /** PNG as a data URL; absent when the browser shows this code already. */
    image?: string;
    /** The address that is in the code; empty when it is none for a browser. */
    url: string;
    expiresInMs: number;
  };
  /** How many numbers did not match; absent unless one is asked for. */
  wrongNumbers?: number;
  /** Whether a number waits to be checked. */
  checking?: boolean;
  /** Whether somebody who scans is likely to get no further. */
  stuck?: boolean;
  problem?: { message: string; next: string };
  outcome?: { credentialName: string; account: string; created: boolean };
}

/** @param shown the code that the browser has already */
export async function viewOf(
  seen: Seen,
  { language, shown, now }: { language: Language; shown: string; now: number },
): Promise<View> {
  if (seen.access !== 'yes') return seen;
  const { phase, state, problem, outcome, typedCode } = seen.record;
  const asksForNumber = state?.status === 'need_verifycode';
  return {
    access: 'yes',
    phase,
    ...(state && { status: state.status, code: await codeView(state, shown, now) }),
    ...(state && isStuck(state) && { stuck: true }),
    ...(asksForNumber && {
      wrongNumbers: state.wrongCodes,
      checking: typedCode !== undefined || state.verifyCode !== undefined,
    }),
    ...(problem && { problem: problemWords(problem, language) }),
    ...(outcome && {
      outcome: {
        credentialName: outcome.credentialName,
        account: shortened(outcome.ownerUserId || outcome.botId),
        created: outcome.created,
      },
    }),
  };
}

async function codeView(
  { qrcode, url, expiresAtMs }: NonNullable<LoginRecord['state']>,
  shown: string,
  now: number,
): Promise<NonNullable<LoginView['code']>> {
  const id = digestOf(qrcode).slice(0, 12);
  const drawn = id === shown ? undefined : await draw(url);
  const image = drawn === undefined ? {} : { image: drawn };
  // What a browser may be sent to; the code itself shows whatever WeChat has put in.
  const link = /^https?:\/\//i.test(url) ? url : '';
  return { id, url: link, expiresInMs: Math.max(0, expiresAtMs - now), ...image };
}

/** Nothing for what cannot be drawn; a new login refuses it before. */
async function draw(url: string): Promise<string | undefined> {
  const { toDataURL } = await import('qrcode');
  return toDataURL(url, { margin: 2, scale: 4, errorCorrectionLevel: 'M' }).catch(() => undefined);
}

/** Enough of an id to tell accounts apart. */
function shortened(id: string): string {
  const [name = '', domain] = id.split('@');
  const short = name.length > 10 ? `${name.slice(0, 6)}…${name.slice(-3)}` : name;
  return domain ? `${short}@${domain}` : short;
}
