import { updateDisplayOptions, type IDisplayOptions, type INodeProperties } from 'n8n-workflow';

/** To whom: the same for every operation on one user. */
export const to: INodeProperties = {
  displayName: 'To',
  name: 'to',
  type: 'string',
  default: '',
  placeholder: 'e.g. o9cq8x…@im.wechat',
  description:
    'User ID of the recipient. Leave it empty to answer the sender of the incoming message, or to write to the owner of the bot if there is none. Upper and lower case matter.',
};

/** Collected under "Options" of every operation. */
export const contextToken: INodeProperties = {
  displayName: 'Context Token',
  name: 'contextToken',
  type: 'string',
  typeOptions: { password: true },
  default: '',
  description:
    'The context_token of a message from this user. By default it comes from the incoming item, else the last one that this n8n saw from the user.',
};

/**
 * The parameters of an operation on one user: the recipient first, then its own, then the options.
 *
 * @param show when they are displayed
 */
export function fieldsOf(
  show: NonNullable<IDisplayOptions['show']>,
  own: INodeProperties[],
  options: INodeProperties[] = [],
): INodeProperties[] {
  return updateDisplayOptions({ show }, [to, ...own, optionsOf([contextToken, ...options])]);
}

/** The collection of what most users never need. */
export function optionsOf(options: INodeProperties[]): INodeProperties {
  return {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: [...options].sort((a, b) => (a.displayName < b.displayName ? -1 : 1)),
  };
}
