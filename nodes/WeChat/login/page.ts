import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PAGE_FOLDER } from '../assets';
import { SCAN_HELP, TEXTS, type Language } from '../texts';

/** What the page is made of besides its texts. */
export interface PageAssets {
  script: string;
  style: string;
}

let assets: PageAssets | undefined;

/** What the build has put beside this file; read once. */
export function pageAssets(): PageAssets {
  return (assets ??= readAssets());
}

/** Reads what the build has put beside this file. */
function readAssets(folder = PAGE_FOLDER): PageAssets {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { script: read('page.js'), style: read('page.css') };
}

/**
 * The headers of everything that the login page answers. Nothing comes from other hosts, nothing may be embedded, nothing is
 * kept by a cache, and the address of the page goes to nobody.
 *
 * @param nonce the only script and style sheet that may run are those with it
 */
export function pageHeaders(nonce: string): Record<string, string> {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      `script-src 'nonce-${nonce}'`,
      `style-src 'nonce-${nonce}'`,
      'img-src data:',
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    'X-Robots-Tag': 'noindex',
  };
}

/** The page. It is the same for everybody: what it shows comes from its POST requests, so a link preview uses nothing up. */
export function pageHtml(language: Language, nonce: string, { script, style }: PageAssets): string {
  const texts = TEXTS[language];
  const text: Text = (name) => escapeHtml(texts[name]);
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text('title')}</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<h1>${text('title')}</h1>
<noscript><p>${text('noScript')}</p></noscript>
<section id="loading" role="status"><p>${text('loading')}</p></section>
<section id="unused" hidden>
<p>${text('intro')}</p>
<button type="button" data-do="start">${text('show')}</button>
</section>
${codeHtml(text)}${sectionsHtml(text)}</main>
<script type="application/json" id="texts" nonce="${nonce}">${jsonForHtml(texts)}</script>
<script type="module" nonce="${nonce}">${script}</script>
</body>
</html>
`;
}

/** A sentence of the page, fit for HTML. */
type Text = (name: keyof (typeof TEXTS)[Language]) => string;

/** The QR code, and what is to be done with it. */
function codeHtml(text: Text): string {
  return `<section id="code" hidden>
<div class="frame"><img id="qr" alt="${text('qrAlt')}" width="264" height="264"><div id="mark" hidden></div></div>
<p id="countdown" role="timer"></p>
<ol class="steps">
<li id="step-scan">${text('stepScan')}</li>
<li id="step-number" hidden>${text('stepNumber')}
<form id="number-form" novalidate>
<label for="number">${text('numberLabel')}</label>
<div class="row"><input id="number" name="number" inputmode="numeric" autocomplete="one-time-code" maxlength="14">
<button type="submit">${text('send')}</button></div>
<p id="number-problem" class="problem" role="alert" hidden></p>
</form>
</li>
<li id="step-confirm">${text('stepConfirm')}</li>
</ol>
<p class="hint" id="same-phone">${text('samePhone')} <a id="link" rel="noreferrer" target="_blank">${text('openLink')}</a></p>
</section>
`;
}

/** Everything else that the page can show, each part in its time. */
function sectionsHtml(text: Text): string {
  return `<section id="paused" hidden><p>${text('paused')}</p>
<button type="button" data-do="start">${text('showAnother')}</button></section>
<details id="help" hidden><summary>${text('helpTitle')}</summary>
<ul>${SCAN_HELP.map((name) => `<li>${text(name)}</li>`).join('')}</ul></details>
<section id="saving" hidden><p>${text('saving')}</p></section>
<section id="done" hidden><div class="tick" aria-hidden="true"></div>
<p class="big">${text('done')}</p><p id="outcome"></p><p>${text('close')}</p></section>
<section id="elsewhere" hidden><p>${text('elsewhere')}</p></section>
<section id="unknown" hidden><p>${text('unknown')}</p></section>
<div id="problem" class="problem" role="alert" hidden><p id="problem-message"></p><p id="problem-next"></p></div>
<section id="failed" hidden><button type="button" data-do="start">${text('again')}</button></section>
<p id="offline" class="problem" role="alert" hidden>${text('offline')}</p>
<p id="announce" class="unseen" role="status"></p>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
