import { pageHeaders, pageHtml } from '../../../../../nodes/WeChat/login/page';

const ASSETS = { script: 'start()', style: 'body{}' };

describe('pageHtml', () => {
  it.each(['en', 'zh'] as const)('needs nothing from other hosts (%s)', (language) => {
    const html = pageHtml(language, 'n0', ASSETS);
    expect(html).not.toMatch(/(src|href|action)="(?!data:,)/);
    expect(html).not.toMatch(/https?:\/\//);
    expect(html).not.toMatch(/\son\w+=/);
    expect(html).not.toMatch(/style="/);
  });

  it('gives the nonce to everything that may run, and to nothing else', () => {
    const html = pageHtml('en', 'n0', ASSETS);
    const tags = html.match(/<(script|style)[^>]*>/g) ?? [];
    expect(tags).toHaveLength(3);
    for (const tag of tags) expect(tag).toContain('nonce="n0"');
    expect(html.match(/n0/g)).toHaveLength(3);
  });

  it('has what helped others whose scan leads nowhere', () => {
    expect(pageHtml('en', 'n', ASSETS)).toMatch(
      /<details id="help" hidden>[^]*Remove the old bot[^]*mainland China/,
    );
    expect(pageHtml('zh', 'n', ASSETS)).toMatch(/<details id="help" hidden>[^]*旧的机器人[^]*中国大陆/);
  });

  it('says which language it is in', () => {
    expect(pageHtml('zh', 'n', ASSETS)).toContain('<html lang="zh-CN">');
    expect(pageHtml('en', 'n', ASSETS)).toContain('<html lang="en">');
  });
});

describe('pageHeaders', () => {
  it('lets nothing run but what has the nonce, and nobody embed or keep the page', () => {
    const headers = pageHeaders('n0');
    const policy = headers['Content-Security-Policy'];
    expect(policy).toMatch(/^default-src 'none'; script-src 'nonce-n0'; style-src 'nonce-n0';/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  });
});
