import './harness/environment';

import {
  NodeHelpers,
  type INode,
  type INodeParameters,
  type INodeProperties,
  type INodePropertyCollection,
  type INodePropertyOptions,
  type INodeTypeDescription,
} from 'n8n-workflow';

import { WeChatBotApi } from '../../credentials/WeChatBotApi.credentials';
import { RESOURCES } from '../../nodes/WeChat/actions/registry';
import { WeChat } from '../../nodes/WeChat/WeChat.node';
import { WeChatLoginTrigger } from '../../nodes/WeChat/WeChatLoginTrigger.node';
import { WeChatTrigger } from '../../nodes/WeChat/WeChatTrigger.node';

const NODES = [new WeChat(), new WeChatTrigger(), new WeChatLoginTrigger()];
const BOT_NODES = [new WeChat(), new WeChatTrigger()];
const ACTION = new WeChat().description;

const everyOperation = Object.entries(RESOURCES).flatMap(([resource, { operations }]) =>
  Object.keys(operations).map((operation) => [resource, operation] as const),
);

function nodeWith(parameters: INodeParameters): INode {
  return { id: '1', name: 'WeChat', type: 'weChat', typeVersion: 1, position: [0, 0], parameters };
}

/** The parameters that somebody sees who chose these, with their defaults, as n8n itself works them out. */
function shownFor(parameters: INodeParameters, description: INodeTypeDescription): INodeParameters {
  return NodeHelpers.getNodeParameters(
    description.properties,
    parameters,
    true,
    false,
    nodeWith(parameters),
    description,
  )!;
}

/** A property and everything below it. */
function withChildren(property: INodeProperties): INodeProperties[] {
  const children = (property.options ?? []).flatMap((option) => {
    if ('values' in option) return (option as INodePropertyCollection).values;
    return 'type' in option ? [option as INodeProperties] : [];
  });
  return [property, ...children.flatMap(withChildren)];
}

const propertiesOf = ({ properties }: { properties: INodeProperties[] }): INodeProperties[] =>
  properties.flatMap(withChildren);

describe('What the editor shows', () => {
  test.each(everyOperation)('every parameter of %s → %s has a default', (resource, operation) => {
    const shown = shownFor({ resource, operation }, ACTION);
    const chosen = RESOURCES[resource]!.operations[operation]!;
    const forOneUser = chosen.needs === 'recipient';
    expect(shown).toMatchObject({ resource, operation, ...(forOneUser && { to: '', options: {} }) });
    // Some show up only when another one has a certain value.
    const own = chosen.description
      .filter((property) => NodeHelpers.displayParameter(shown, property, nodeWith(shown), ACTION))
      .map(({ name }) => name);
    expect(Object.keys(shown).sort()).toEqual([...own, 'resource', 'operation'].sort());
  });

  test('a new node starts with a resource and an operation that exist', () => {
    expect(shownFor({}, ACTION)).toMatchObject({ resource: 'message', operation: 'sendText' });
    expect(shownFor({ resource: 'typing' }, ACTION)).toMatchObject({ operation: 'start' });
  });

  test('the choices are exactly the operations that the node can do', () => {
    const choices = ACTION.properties
      .filter(({ name }) => name === 'operation')
      .flatMap(({ displayOptions, options }) =>
        (displayOptions!.show!.resource as string[]).flatMap((resource) =>
          (options as INodePropertyOptions[]).map(({ value }) => `${resource}.${String(value)}`),
        ),
      );
    expect(choices.sort()).toEqual(everyOperation.map((pair) => pair.join('.')).sort());
  });

  test('n8n finds nothing to complain about in a node that is filled in, and a text that is missing', () => {
    const issues = (parameters: INodeParameters) => {
      const all = { ...shownFor(parameters, ACTION), ...parameters };
      return NodeHelpers.getNodeParametersIssues(ACTION.properties, nodeWith(all), ACTION);
    };
    const sendText = { resource: 'message', operation: 'sendText' };
    expect(issues({ ...sendText, text: 'hi' })).toBeNull();
    expect(issues({ ...sendText, text: '' })).toMatchObject({
      parameters: { text: [expect.stringContaining('required')] },
    });
  });

  test('displayOptions name parameters that exist, and values that can be chosen', () => {
    for (const { displayOptions } of propertiesOf(ACTION)) {
      for (const [name, values] of Object.entries(displayOptions?.show ?? {})) {
        const choices = ACTION.properties
          // A slash in front is n8n's way to name a parameter that stands outside a collection.
          .filter((property) => property.name === name.replace(/^\//, ''))
          .flatMap(({ type, options }) =>
            type === 'boolean'
              ? [true, false]
              : (options as INodePropertyOptions[]).map(({ value }) => value),
          );
        expect(choices).toEqual(expect.arrayContaining(values as string[]));
      }
    }
  });

  test('names are unique among the parameters that are shown together', () => {
    for (const [resource, operation] of everyOperation) {
      const shown = ACTION.properties
        .filter((property) => {
          const parameters = { resource, operation };
          return NodeHelpers.displayParameter(parameters, property, nodeWith(parameters), ACTION);
        })
        .map(({ name }) => name);
      expect(new Set(shown).size).toBe(shown.length);
    }
  });

  test.each([...NODES.map(({ description }) => description), new WeChatBotApi()])(
    'the texts of $displayName keep to the guidelines of n8n',
    (holder) => {
      for (const property of propertiesOf(holder)) {
        const { name, displayName, description, type, placeholder, noDataExpression } = property;
        const isChoice = name === 'resource' || name === 'operation';
        // A collection is described by what is in it; a notice, "Resource" and "Operation" speak for themselves.
        if (type !== 'collection' && type !== 'notice' && !isChoice)
          expect([name, description]).toEqual([name, expect.any(String)]);
        if (isChoice) expect(noDataExpression).toBe(true);
        if (type === 'boolean') expect(description).toMatch(/^Whether /);
        if (type === 'collection') expect(placeholder).toMatch(/^Add /);
        else if (placeholder) expect(placeholder).toMatch(/^e\.g\. /);
        expect(displayName).toMatch(/^[A-Z]/);
        // One sentence has no full stop, several have.
        const sentences = description?.match(/[.!?]( |$)/g)?.length ?? 0;
        if (description)
          expect([description, description.endsWith('.')]).toEqual([description, sentences > 1]);
      }
    },
  );

  test.each(NODES)('$description.displayName has both icons', ({ description: { icon } }) => {
    expect(icon).toEqual({ light: 'file:wechat.svg', dark: 'file:wechat.dark.svg' });
  });

  test.each(BOT_NODES)('$description.displayName has its credential and a test for that', (node) => {
    const credential = node.description.credentials!.find(({ name }) => name === 'weChatBotApi');
    expect(credential).toMatchObject({ required: true, testedBy: 'testWeChatBot' });
    expect(node.methods.credentialTest.testWeChatBot).toBeInstanceOf(Function);
  });

  test.each([
    ['message', 'sendText', ['weChatBotApi']],
    ['login', 'logOut', ['weChatBotApi']],
    ['login', 'getQrCode', []],
    ['login', 'getLoginLink', []],
    ['login', 'waitForScan', ['n8nApi']],
  ])('%s → %s asks for the credentials %j', (resource, operation, expected) => {
    const parameters = shownFor({ resource, operation }, ACTION);
    const asked = ACTION.credentials!.filter((credential) =>
      NodeHelpers.displayParameter(parameters, credential, nodeWith(parameters), ACTION),
    );
    expect(asked.map(({ name }) => name)).toEqual(expected);
  });

  test('secrets are covered in the dialogs', () => {
    const secrets = [...propertiesOf(ACTION), ...new WeChatBotApi().properties].filter(({ name }) =>
      /token/i.test(name),
    );
    expect(secrets.length).toBeGreaterThanOrEqual(2);
    for (const { typeOptions } of secrets) expect(typeOptions).toMatchObject({ password: true });
  });

  test('an AI agent can use the action as a tool, and nothing but the action', () => {
    expect(ACTION.usableAsTool).toBe(true);
    expect(new WeChatTrigger().description.usableAsTool).toBeUndefined();
  });

  test('the trigger polls nothing by itself: a class with both would be registered twice', () => {
    expect(new WeChatTrigger()).not.toHaveProperty('poll');
    expect(new WeChatTrigger().description.polling).toBeUndefined();
  });
});
