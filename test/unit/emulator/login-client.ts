import { APP_HEADERS, until } from './wire-client';
import type { Emulator } from '../../../emulator';

/** The client's side of a QR login, by hand. */
export class LoginClient {
  qrcode = '';
  qr_url = '';

  constructor(private readonly emulator: Emulator) {}

  async begin(local_token_list: string[] = [], headers: Record<string, string> = {}): Promise<this> {
    const response = await fetch(`${this.emulator.apiUrl}/ilink/bot/get_bot_qrcode?bot_type=3`, {
      method: 'POST',
      headers: { ...APP_HEADERS, 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ local_token_list }),
    });
    const { qrcode, qrcode_img_content } = (await response.json()) as Record<string, string>;
    Object.assign(this, { qrcode, qr_url: qrcode_img_content });
    return this;
  }

  async status(verify_code?: string, host = this.emulator.apiUrl): Promise<Record<string, unknown>> {
    const query = new URLSearchParams({
      qrcode: this.qrcode,
      ...(verify_code !== undefined && { verify_code }),
    });
    const response = await fetch(`${host}/ilink/bot/get_qrcode_status?${query}`, { headers: APP_HEADERS });
    return (await response.json()) as Record<string, unknown>;
  }

  /** A status poll that the server has in hand when this resolves. */
  async heldStatus(): Promise<{ answer: Promise<Record<string, unknown>> }> {
    const before = this.emulator.requests('get_qrcode_status').length;
    const answer = this.status();
    await until(() => this.emulator.requests('get_qrcode_status').length > before);
    return { answer };
  }
}
