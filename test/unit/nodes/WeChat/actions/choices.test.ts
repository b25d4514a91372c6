import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { credentialsOf, propertiesOf } from '../../../../../nodes/WeChat/actions/choices';
import type { Operation } from '../../../../../nodes/WeChat/actions/operation';
import { RESOURCES, type Resource } from '../../../../../nodes/WeChat/actions/registry';

/** What the recipe in CONTRIBUTING.md asks for: an operation that says everything about itself, and a line in the registry. */
const ping: Operation = {
  name: 'Ping',
  action: 'Ping bot',
  summary: 'Ask whether the bot is there',
  needs: 'nothing',
  description: [{ displayName: 'Times', name: 'times', type: 'number', default: 1 }],
  credentials: [{ name: 'pingApi', displayOptions: { show: { operation: ['ping'] } } }],
  execute: () => Promise.resolve({ pong: true }),
};
const WITH_PING: Record<string, Resource> = {
  ...RESOURCES,
  typing: { ...RESOURCES.typing!, operations: { ...RESOURCES.typing!.operations, ping } },
};

const chooserOf = (properties: INodeProperties[], resource: string): INodeProperties =>
  properties.find(
    ({ name, displayOptions }) =>
      name === 'operation' && displayOptions?.show?.resource?.includes(resource) === true,
  )!;

test('an operation in the registry can be chosen, with its texts, among those of its resource', () => {
  const { options } = chooserOf(propertiesOf(WITH_PING), 'typing');
  expect(options).toContainEqual({
    name: 'Ping',
    value: 'ping',
    action: 'Ping bot',
    description: 'Ask whether the bot is there',
  });
  expect((options as INodePropertyOptions[]).map(({ name }) => name)).toEqual(['Ping', 'Start', 'Stop']);
});

test('its parameters are parameters of the node', () => {
  expect(propertiesOf(WITH_PING).map(({ name }) => name)).toContain('times');
});

test('the node asks for the credentials that it names, and for no bot when it needs none', () => {
  const [bot, ...others] = credentialsOf(WITH_PING);
  expect(bot!.displayOptions!.hide!.operation).toContain('ping');
  expect(others.map(({ name }) => name)).toContain('pingApi');
});

test('a resource starts with an operation that it has', () => {
  for (const { preset, operations } of Object.values(RESOURCES)) expect(operations).toHaveProperty(preset);
});

// n8n hides a credential by the value of the operation alone, whatever the resource.
test('no operation that needs no bot has the value of one that needs one', () => {
  const values = (isWanted: (operation: Operation) => boolean): string[] =>
    Object.values(RESOURCES).flatMap(({ operations }) =>
      Object.entries(operations)
        .filter(([, operation]) => isWanted(operation))
        .map(([value]) => value),
    );
  const free = values(({ needs }) => needs === 'nothing');
  expect(values(({ needs }) => needs !== 'nothing').filter((value) => free.includes(value))).toEqual([]);
});
