/** The login page in the browser. One file without imports: it is written into the page as it is. */

interface LoginView {
  access: 'yes' | 'unused' | 'elsewhere' | 'unknown';
  phase?: 'open' | 'running' | 'paused' | 'saving' | 'done' | 'failed';
  status?: string;
  code?: { id: string; image?: string; url: string; expiresInMs: number };
  wrongNumbers?: number;
  checking?: boolean;
  stuck?: boolean;
  problem?: { message: string; next: string };
  outcome?: { credentialName: string; account: string; created: boolean };
  usable?: boolean;
}

const ASK_EVERY_MS = 1_500;
const ASK_HIDDEN_MS = 5_000;
/** Longer than anybody looks at the phone before they confirm. */
const SCANNED_FOR_LONG_MS = 45_000;

const byId = <Kind extends HTMLElement = HTMLElement>(id: string): Kind =>
  document.getElementById(id) as Kind;
const texts = JSON.parse(byId('texts').textContent ?? '{}') as Record<string, string>;
const SECTIONS = [
  'loading',
  'unused',
  'code',
  'paused',
  'saving',
  'done',
  'failed',
  'elsewhere',
  'unknown',
] as const;

/** Behind the # of the address: that part goes neither to a server nor into a log. */
const ticket = location.hash.slice(1);
let shown = '';
let endsAt = 0;
let timer = 0;
let announced = '';
let wrongNumbers = 0;
/** When this page first saw that the code was scanned; 0 while it is not. */
let scannedAt = 0;
/** Opened once: who closes it does not want to read it. */
let helped = false;
/** What the line below the code says once it was scanned. */
let afterScan = '';

/** One request at a time: an answer must not be overtaken by an older one. */
let queue: Promise<void> = Promise.resolve();

function ask(action: string, more: Record<string, string> = {}): void {
  window.clearTimeout(timer);
  queue = queue.then(() => request(action, more));
}

async function request(action: string, more: Record<string, string>): Promise<void> {
  let over = false;
  try {
    const response = await fetch(location.pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      credentials: 'same-origin',
      body: JSON.stringify({ do: action, ticket, shown, ...more }),
    });
    // Asked too often: the next time it answers again.
    if (!response.ok && response.status !== 429) throw new Error(String(response.status));
    byId('offline').hidden = true;
    if (response.ok) over = render((await response.json()) as LoginView);
  } catch {
    byId('offline').hidden = false;
  }
  window.clearTimeout(timer);
  if (!over) timer = window.setTimeout(() => ask('look'), document.hidden ? ASK_HIDDEN_MS : ASK_EVERY_MS);
}

/** @returns whether nothing more is to come by itself */
function render(view: LoginView): boolean {
  const section = sectionOf(view);
  for (const id of SECTIONS) byId(id).hidden = id !== section;
  byId('problem').hidden = view.problem === undefined;
  byId('problem-message').textContent = view.problem?.message ?? '';
  byId('problem-next').textContent = view.problem?.next ?? '';
  if (section === 'code') renderCode(view);
  else endsAt = 0;
  renderHelp(section, view);
  if (view.outcome) renderOutcome(view.outcome);
  document.documentElement.dataset.state = view.status ?? section;
  return section === 'done' || section === 'unused' || section === 'unknown' || section === 'elsewhere';
}

function sectionOf({ access, phase }: LoginView): (typeof SECTIONS)[number] {
  if (access !== 'yes') return access;
  if (phase === 'running') return 'code';
  return phase === undefined || phase === 'open' ? 'unused' : phase;
}

function renderCode({
  status,
  code,
  wrongNumbers: wrong = 0,
  checking = false,
  usable = true,
}: LoginView): void {
  const waiting = status === undefined || status === 'wait' || status === 'expired';
  const wantsNumber = status === 'need_verifycode';
  if (code?.image !== undefined) byId<HTMLImageElement>('qr').src = code.image;
  shown = code?.id ?? '';
  if (code?.url) byId<HTMLAnchorElement>('link').href = code.url;
  else byId('link').removeAttribute('href');
  byId('code').classList.toggle('without', code === undefined);
  byId('mark').hidden = waiting;
  byId('same-phone').hidden = !waiting || !code?.url;
  afterScan = (wantsNumber ? texts.scannedNumber : texts.scanned) ?? '';
  endsAt = code && waiting ? Date.now() + code.expiresInMs : 0;
  tick();
  byId('step-number').hidden = !wantsNumber;
  setCurrent(waiting ? 'step-scan' : wantsNumber ? 'step-number' : 'step-confirm');
  renderNumber(wantsNumber, wrong, checking, usable);
  if (!waiting) announce(afterScan);
}

/** Beside the code for everybody; open when a scan is likely to lead nowhere. */
function renderHelp(section: string, { status, stuck = false }: LoginView): void {
  const help = byId<HTMLDetailsElement>('help');
  help.hidden = section !== 'code' && section !== 'paused';
  const waitsForPhone = section === 'code' && (status === 'scaned' || status === 'scaned_but_redirect');
  if (!waitsForPhone) scannedAt = 0;
  else if (scannedAt === 0) scannedAt = Date.now();
  const forLong = scannedAt !== 0 && Date.now() - scannedAt > SCANNED_FOR_LONG_MS;
  if (helped || help.hidden || !(stuck || forLong)) return;
  helped = true;
  help.open = true;
  announce(texts.helpTitle ?? '');
}

function renderNumber(wanted: boolean, wrong: number, checking: boolean, usable: boolean): void {
  const input = byId<HTMLInputElement>('number');
  const line = byId('number-problem');
  if (!wanted) {
    wrongNumbers = 0;
    line.hidden = true;
    input.value = '';
    return;
  }
  if (wrong > wrongNumbers) {
    input.value = '';
    input.focus();
  }
  if (wrongNumbers === 0 && document.activeElement === document.body) input.focus();
  wrongNumbers = wrong;
  const said = !usable
    ? texts.numberNotOne
    : checking
      ? texts.numberSent
      : wrong > 0
        ? texts.numberWrong
        : '';
  line.classList.toggle('calm', usable && checking);
  line.textContent = said ?? '';
  line.hidden = !said;
}

function setCurrent(id: string): void {
  for (const step of ['step-scan', 'step-number', 'step-confirm']) {
    byId(step).classList.toggle('current', step === id);
    if (step === id) byId(step).setAttribute('aria-current', 'step');
    else byId(step).removeAttribute('aria-current');
  }
}

function renderOutcome({ credentialName, account, created }: NonNullable<LoginView['outcome']>): void {
  const sentence = (created ? texts.created : texts.updated) ?? '';
  byId('outcome').textContent = sentence.replace('{name}', credentialName).replace('{account}', account);
  announce(texts.done ?? '');
}

/** For those who do not see the page; the countdown is not read out. */
function announce(text: string): void {
  if (text === announced) return;
  announced = text;
  byId('announce').textContent = text;
}

function tick(): void {
  const line = byId('countdown');
  if (endsAt === 0) {
    line.textContent = byId('mark').hidden ? (texts.renewing ?? '') : afterScan;
    return;
  }
  const seconds = Math.max(0, Math.ceil((endsAt - Date.now()) / 1000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  line.textContent = seconds === 0 ? (texts.renewing ?? '') : (texts.validFor ?? '').replace('{time}', time);
}

for (const button of document.querySelectorAll<HTMLElement>('[data-do]')) {
  button.addEventListener('click', () => ask('start'));
}
byId('number-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const number = byId<HTMLInputElement>('number').value.trim();
  if (number !== '') ask('code', { code: number });
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && timer !== 0) ask('look');
});
window.addEventListener('hashchange', () => location.reload());
window.setInterval(tick, 500);
ask('look');

export {};
