/** How many messages of one bot wait at most, unless the user sets it: one a minute for a week. */
export const MAX_QUEUED = 10_000;

/** The message was not kept: it would be one too many. */
export class QueueFull extends Error {
  readonly next =
    'Cancel messages that are not needed any more (Conversation → Cancel Queued), send less often, or let them expire sooner with the option "Queue for (Hours)". Whoever runs n8n can raise the limit with WECHAT_ILINK_MAX_QUEUED.';

  constructor(most: number) {
    super(`${most} messages wait already until their users write, and no more are kept`);
    this.name = 'QueueFull';
  }
}
