import { ApiError, unless } from '../../../n8n-api/error';

describe('unless', () => {
  it('takes the statuses that are named for no result, and no other failure', async () => {
    expect(await unless([404], Promise.resolve('here'))).toBe('here');
    const refused = (status: number) => Promise.reject(new ApiError('api_refused', { status }));
    expect(await unless([404], refused(404))).toBeUndefined();
    await expect(unless([404], refused(400))).rejects.toMatchObject({ facts: { status: 400 } });
    await expect(unless([404], Promise.reject(new Error('other')))).rejects.toThrow('other');
  });
});
