import { answerLogin, login, scan } from './api';
import { byId, reason, setText, showOrHide } from './dom';
import { pixelsOf, takePictures } from './pictures';
import { textInQrCode } from './qr-code';
import type { Login } from './types';

const CHECK_MS = 1000;

/** What the phone says in each state of a login; the states are those of get_qrcode_status. */
const SENTENCES: Record<string, string> = {
  wait: 'Not scanned yet.',
  scaned: 'Scanned. Let this client use your WeChat as a bot?',
  need_verifycode: 'Scanned. The client has to enter the number below.',
  verify_code_blocked: 'Too many wrong numbers. Start over with a new QR code.',
  scaned_but_redirect: 'Scanned; the client was sent to another host. Let it use your WeChat as a bot?',
  binded_redirect: 'This client is bound to your WeChat already.',
  expired: 'This QR code has expired.',
  confirmed: 'Confirmed. The client is logged in.',
  cancelled: 'Cancelled.',
};
const CONFIRMABLE = new Set(['scaned', 'scaned_but_redirect']);
const GOING_ON = new Set(['wait', 'need_verifycode', ...CONFIRMABLE]);

const dialog = byId('login', HTMLDialogElement);
const urlInput = byId('scan-url', HTMLInputElement);
const userInput = byId('scan-user', HTMLInputElement);
const fileInput = byId('scan-file', HTMLInputElement);
const progress = byId('login-progress');
const errorLine = byId('login-error');
const verify = byId('verify');

let qrUrl: string | undefined;
let timer: number | undefined;
let confirmedNow: (login: Login) => void;

/** Wires the scan panel; `onConfirmed` hears of a login that this phone confirmed. */
export function setUpLogin(onConfirmed: (login: Login) => void): void {
  confirmedNow = onConfirmed;
  byId('scan-form').addEventListener('submit', (event) => {
    event.preventDefault();
    scanUrl();
  });
  byId('scan-picture').addEventListener('click', () => fileInput.click());
  takePictures(dialog, fileInput, (picture) => void scanPicture(picture));
  for (const answer of ['confirm', 'cancel', 'expire', 'block'] as const) {
    byId(`login-${answer}`).addEventListener('click', () => {
      const url = qrUrl;
      if (url !== undefined) void attempt(url, () => answerLogin(url, answer));
    });
  }
  dialog.addEventListener('close', forget);
}

/** Opens the panel, ready for a QR code's URL or with one already in it. */
export function openLogin(user_id: string | undefined, qr_url = ''): void {
  userInput.value = user_id ?? '';
  urlInput.value = qr_url;
  showOrHide(errorLine, undefined);
  progress.hidden = true;
  dialog.showModal();
  urlInput.focus();
}

/** The server said that a login changed: looks at once when it is ours, instead of at the next check. */
export function noticeLogin(event: { qr_url: string }): void {
  if (event.qr_url === qrUrl) void check(event.qr_url);
}

function scanUrl(): void {
  const url = urlInput.value.trim();
  void attempt(url, () => scan(url, userInput.value.trim() || undefined));
}

async function scanPicture(picture: File): Promise<void> {
  try {
    const text = textInQrCode(await pixelsOf(picture));
    if (text === undefined) throw new Error('There is no QR code in this picture that can be read.');
    urlInput.value = text;
    scanUrl();
  } catch (error) {
    showOrHide(errorLine, reason(error));
  }
}

async function attempt(url: string, action: () => Promise<Login>): Promise<void> {
  qrUrl = url;
  window.clearTimeout(timer);
  try {
    const answer = await action();
    showOrHide(errorLine, undefined);
    // The answer to an action has no verify number; only looking the login up tells it.
    show(url, answer.status === 'confirmed' ? answer : await login(url));
  } catch (error) {
    showOrHide(errorLine, reason(error));
    if (!progress.hidden) await check(url);
  }
}

async function check(url: string): Promise<void> {
  window.clearTimeout(timer);
  try {
    show(url, await login(url));
  } catch (error) {
    showOrHide(errorLine, reason(error));
    if (url === qrUrl) timer = window.setTimeout(() => void check(url), CHECK_MS);
  }
}

function show(url: string, answer: Login): void {
  const { status, verify_code, notice } = answer;
  if (url !== qrUrl) return;
  progress.hidden = false;
  progress.dataset.status = status;
  setText(byId('login-status'), notice ?? SENTENCES[status] ?? status);
  verify.hidden = verify_code === undefined || status !== 'need_verifycode';
  setText(byId('verify-code'), verify_code ?? '');
  byId('login-confirm', HTMLButtonElement).disabled = !CONFIRMABLE.has(status);
  byId('login-cancel', HTMLButtonElement).disabled = !GOING_ON.has(status);
  window.clearTimeout(timer);
  if (status === 'confirmed') {
    forget();
    dialog.close();
    confirmedNow(answer);
  } else if (GOING_ON.has(status)) {
    timer = window.setTimeout(() => void check(url), CHECK_MS);
  }
}

function forget(): void {
  qrUrl = undefined;
  window.clearTimeout(timer);
}
