import { cacheFolder } from '../../../tools/cache';

describe('cacheFolder', () => {
  const linux = { platform: 'linux' as const, home: '/home/ada' };

  it('is the folder that WECHAT_ILINK_CACHE names, whatever else is set', () => {
    const env = { WECHAT_ILINK_CACHE: '/big/disk', XDG_CACHE_HOME: '/xdg' };
    expect(cacheFolder({ ...linux, env })).toBe('/big/disk');
  });

  it("is ours inside the user's cache folder", () => {
    expect(cacheFolder({ ...linux, env: {} })).toBe('/home/ada/.cache/n8n-nodes-wechat-ilink');
    expect(cacheFolder({ ...linux, env: { XDG_CACHE_HOME: '/xdg' } })).toBe('/xdg/n8n-nodes-wechat-ilink');
  });

  it('follows LOCALAPPDATA on Windows', () => {
    const env = { LOCALAPPDATA: 'C:/Users/ada/AppData/Local', XDG_CACHE_HOME: '/xdg' };
    const folder = cacheFolder({ platform: 'win32', home: 'C:/Users/ada', env });
    expect(folder).toBe('C:/Users/ada/AppData/Local/n8n-nodes-wechat-ilink');
  });

  it('treats an empty variable as one that is not set', () => {
    expect(cacheFolder({ ...linux, env: { WECHAT_ILINK_CACHE: '', XDG_CACHE_HOME: '' } })).toBe(
      '/home/ada/.cache/n8n-nodes-wechat-ilink',
    );
  });
});
