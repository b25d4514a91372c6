/** `bot_agent`: ASCII, at most so many bytes (protocol.md, "Headers and base_info"). */
const BOT_AGENT_BYTES = 256;

const PRODUCT = String.raw`[\w.-]{1,32}\/[\w.+-]{1,32}(?: \([\x20-\x27\x2a-\x7e]{1,64}\))?`;
/** Tencent's own client sends the bare word OpenClaw when nothing is configured, so a name without a version is fine. */
const BOT_AGENT = new RegExp(`^(?:[\\w.-]{1,32}|${PRODUCT}(?: ${PRODUCT})*)$`);

/** `2.4.9` as the header writes it: `major<<16 | minor<<8 | patch` in decimal. */
export function headerVersion(channel_version: string): string | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(channel_version) ?? [];
  if (major === undefined) return undefined;
  return String((Number(major) << 16) | (Number(minor) << 8) | Number(patch));
}

/** What is wrong with `base_info`, as a sentence; undefined when nothing is. Its lack and a bad agent differ in weight. */
export function baseInfoProblem(base_info: unknown): { missing: boolean; detail: string } | undefined {
  if (typeof base_info !== 'object' || base_info === null || Array.isArray(base_info)) {
    return { missing: true, detail: 'base_info is missing' };
  }
  const { channel_version, bot_agent } = base_info as Record<string, unknown>;
  if (typeof channel_version !== 'string' || channel_version === '') {
    return { missing: true, detail: 'base_info.channel_version is missing' };
  }
  if (typeof bot_agent !== 'string' || bot_agent.length > BOT_AGENT_BYTES || !BOT_AGENT.test(bot_agent)) {
    return {
      missing: false,
      detail: 'base_info.bot_agent must be "Name/1.0 (comment)", ASCII, at most 256 bytes',
    };
  }
  return undefined;
}
