import type { Page } from 'playwright-core';
import { openBrowser, screenshot, type Browser, type BrowserOptions } from '../../../tools/browser';

/** Long enough for a machine with other work. */
const LIMIT_MS = 60_000;

/** Somebody who opens login pages, in a browser of their own. Everything that the network answers is kept. */
export class Visitor {
  /** Bodies and headers of all answers, to look for secrets in. */
  readonly answers: string[] = [];
  private readonly reading: Array<Promise<void>> = [];

  private constructor(
    readonly browser: Browser,
    readonly page: Page,
  ) {
    page.setDefaultTimeout(LIMIT_MS);
    page.on('response', (response) => {
      this.reading.push(
        Promise.all([response.text().catch(() => ''), response.allHeaders()]).then(([body, headers]) => {
          this.answers.push(`${response.url()}\n${JSON.stringify(headers)}\n${body}`);
        }),
      );
    });
  }

  static async arrive(options: BrowserOptions = {}): Promise<Visitor> {
    const browser = await openBrowser(options);
    return new Visitor(browser, await browser.context.newPage());
  }

  /** Opens a link and waits for what it shows. */
  async open(link: string, section: string): Promise<void> {
    await this.page.goto('about:blank');
    await this.page.goto(link);
    await this.sees(section);
  }

  /** Waits for one of the page's sections. */
  async sees(section: string): Promise<void> {
    await this.page.locator(`#${section}`).waitFor();
  }

  /** Presses "Show QR code" and waits for it. @returns the address in the code */
  async show(): Promise<string> {
    await this.page.locator('button[data-do=start]:visible').click();
    await this.sees('code');
    return this.codeUrl();
  }

  /** The address in the QR code that is shown. */
  async codeUrl(previous = ''): Promise<string> {
    const link = this.page.locator(`#link[href]:not([href="${previous}"])`);
    await link.waitFor();
    return (await link.getAttribute('href')) ?? '';
  }

  /** Waits until the page shows this state of the login. */
  async state(status: string): Promise<void> {
    await this.page.locator(`html[data-state="${status}"]`).waitFor();
  }

  async type(number: string): Promise<void> {
    await this.page.locator('#number').fill(number);
    await this.page.locator('#number-form button').click();
  }

  async text(): Promise<string> {
    return this.page.locator('main').innerText();
  }

  async picture(name: string): Promise<void> {
    await screenshot(this.page, `e2e/login-${name}`);
  }

  async leave(): Promise<void> {
    this.answers.push(await this.page.content());
    await Promise.all(this.reading);
    await this.browser.close();
  }
}
