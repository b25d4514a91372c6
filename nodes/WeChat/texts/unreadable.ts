import type { Words } from './table';

/** What the status item says of an answer that could not be read. */
export const UNREADABLE: Words = {
  message:
    'WeChat sent something that cannot be read. What could be read was taken; the rest is kept as it came',
  next: 'Run "n8n-nodes-wechat-ilink doctor" where n8n runs: it lists what is kept. Ask the sender to write again.',
};
