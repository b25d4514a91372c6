import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { openLogin, readServerSettings } from '../../login/connection';
import { serverOptions } from '../../login/options';
import type { OperationInput } from '../operation';

/** The parameters of an operation of the resource Login: its own, then the options. */
export function loginFields(
  operation: string,
  own: INodeProperties[],
  options: INodeProperties[] = [],
  withServer = true,
): INodeProperties[] {
  const collection: INodeProperties = {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    // Without the rules of a language, which take longer to load at n8n's start than all parameters to make.
    options: [...(withServer ? serverOptions : []), ...options].sort((one, other) =>
      one.displayName < other.displayName ? -1 : 1,
    ),
  };
  const all = collection.options!.length > 0 ? [...own, collection] : own;
  return updateDisplayOptions({ show: { resource: ['login'], operation: [operation] } }, all);
}

/** Runs `action` with connections for one login. */
export async function withLogin<Result>(
  { context, itemIndex }: OperationInput,
  action: (login: ReturnType<typeof openLogin>['login']) => Promise<Result>,
): Promise<Result> {
  const settings = readServerSettings(context.getNodeParameter('options', itemIndex, {}) as object);
  const { login, close } = openLogin(settings, context.helpers);
  try {
    return await action(login);
  } finally {
    await close();
  }
}
