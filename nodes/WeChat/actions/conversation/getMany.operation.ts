import { updateDisplayOptions } from 'n8n-workflow';

import { StoreTrouble } from '../../../../bot/store-trouble';
import { optionsOf } from '../fields';
import { numberOr } from '../../shared/number';
import { describeStanding } from '../../shared/standing';
import { limitOptions, limitsOf } from '../message/options';
import type { BotOperation } from '../operation';
import { hintIfUnproven } from './unproven';

const MOST = 1_000_000;

/** Conversation → Get Many. */
export const getMany: BotOperation = {
  name: 'Get Many',
  action: 'Get many conversations',
  summary: 'Get the same for everybody with whom the bot had to do',
  needs: 'bot',
  description: updateDisplayOptions({ show: { resource: ['conversation'], operation: ['getMany'] } }, [
    {
      displayName: 'Return All',
      name: 'returnAll',
      type: 'boolean',
      default: false,
      description: 'Whether to return all results or only up to a given limit',
    },
    {
      displayName: 'Limit',
      name: 'limit',
      type: 'number',
      typeOptions: { minValue: 1, numberPrecision: 0 },
      default: 50,
      displayOptions: { show: { returnAll: [false] } },
      description: 'Max number of results to return',
    },
    optionsOf(limitOptions),
  ]),

  async execute({ context, itemIndex, bot }) {
    const all = context.getNodeParameter('returnAll', itemIndex, false) as boolean;
    const limit = all ? MOST : numberOr(context.getNodeParameter('limit', itemIndex, 50), 50);
    const limits = limitsOf(context.getNodeParameter('options', itemIndex, {}));
    const found = await bot.conversations.all(limit, limits).catch((error: unknown) => {
      throw new StoreTrouble(error);
    });
    await hintIfUnproven(context, bot, found);
    return found.map(({ userId, ...standing }) => ({ user_id: userId, ...describeStanding(standing) }));
  },
};
