import { createServer, type AddressInfo } from 'node:net';
import { freePort } from '../../../tools/ports';

describe('freePort', () => {
  it('takes the preferred port when it is free, and another one when it is not', async () => {
    const preferred = await freePort();
    expect(await freePort(preferred)).toBe(preferred);
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(preferred, '127.0.0.1', resolve));
    expect((occupant.address() as AddressInfo).port).toBe(preferred);
    const other = await freePort(preferred);
    expect(other).not.toBe(preferred);
    expect(other).toBeGreaterThan(0);
    await new Promise((resolve) => occupant.close(resolve));
  });
});
