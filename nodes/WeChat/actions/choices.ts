import type { INodeCredentialDescription, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { CREDENTIAL_NAME } from '../shared/credential';
import type { Operation } from './operation';
import type { Resource } from './registry';

/** The resource of a new node. */
const FIRST_RESOURCE = 'message';

/**
 * What a person chooses and fills in: the resource, its operation, and the parameters of every operation.
 *
 * @param resources every operation of the node
 */
export function propertiesOf(resources: Record<string, Resource>): INodeProperties[] {
  return [...choosersOf(resources), ...all(resources).flatMap(([, { description }]) => description)];
}

/** The parameters that say which operation it is. */
export function choosersOf(resources: Record<string, Resource>): INodeProperties[] {
  const operations = Object.entries(resources).map(([resource, { preset, operations: all }]) =>
    chooser('Operation', preset, Object.entries(all).map(choiceOf), { show: { resource: [resource] } }),
  );
  const names = Object.entries(resources).map(([value, { name }]) => ({ name, value }));
  return [chooser('Resource', FIRST_RESOURCE, names), ...operations];
}

/**
 * The credentials that the node asks for: the bot's, except for operations that need none, and those that an operation names.
 *
 * @param resources every operation of the node
 */
export function credentialsOf(resources: Record<string, Resource>): INodeCredentialDescription[] {
  const standalone = all(resources).filter(([, { needs }]) => needs === 'nothing');
  const bot: INodeCredentialDescription = {
    name: CREDENTIAL_NAME,
    required: true,
    testedBy: 'testWeChatBot',
    displayOptions: { hide: { operation: standalone.map(([value]) => value) } },
  };
  return [bot, ...all(resources).flatMap(([, { credentials = [] }]) => credentials)];
}

/** Every operation with its value. */
function all(resources: Record<string, Resource>): Array<[string, Operation]> {
  return Object.values(resources).flatMap(({ operations }) => Object.entries(operations));
}

function choiceOf([value, { name, action, summary }]: [string, Operation]): INodePropertyOptions {
  return { name, value, action, description: summary };
}

function chooser(
  displayName: 'Resource' | 'Operation',
  preset: string,
  choices: INodePropertyOptions[],
  displayOptions?: INodeProperties['displayOptions'],
): INodeProperties {
  return {
    displayName,
    name: displayName.toLowerCase(),
    type: 'options',
    noDataExpression: true,
    default: preset,
    ...(displayOptions && { displayOptions }),
    // The editor shows them in this order, and people look for them by the alphabet.
    options: [...choices].sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
}
