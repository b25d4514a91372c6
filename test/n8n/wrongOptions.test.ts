import {
  NodeOperationError,
  WorkflowActivationError,
  type IDisplayOptions,
  type INodeParameters,
  type INodeProperties,
  type INodePropertyOptions,
} from 'n8n-workflow';

import { RESOURCES } from '../../nodes/WeChat/actions/registry';
import { loginTriggerProperties } from '../../nodes/WeChat/login/properties';
import { triggerProperties } from '../../nodes/WeChat/trigger/properties';
import { everyTextIn } from './harness/deep';
import { WECHAT_LOGIN_TRIGGER, WECHAT_TRIGGER } from './harness/nodeTypes';
import { Stage, type Person } from './harness/stage';

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
  owner = stage.newOwner();
});
afterAll(() => stage.close());

/** A parameter of a node, and the parameters around it with which it is displayed. */
interface Place {
  property: INodeProperties;
  around: INodeParameters;
  /** The name of the collection that it is in. */
  collection?: string;
}

const shownBy = ({ show = {} }: IDisplayOptions = {}): INodeParameters =>
  Object.fromEntries(
    Object.entries(show).map(([name, values]) => [name.replace(/^\//, ''), values![0] as string]),
  );

function placesOf(properties: INodeProperties[], around: INodeParameters): Place[] {
  return properties.flatMap((property): Place[] => {
    const own = { ...around, ...shownBy(property.displayOptions) };
    const inner = property.type === 'collection' ? (property.options as INodeProperties[]) : [];
    return [
      { property, around: own },
      ...inner.map((option) => ({
        property: option,
        around: { ...own, ...shownBy(option.displayOptions) },
        collection: property.name,
      })),
    ];
  });
}

const TEXT_OF_OUR_OWN = 'no such thing';
/** Collections are missing: n8n itself takes one that is an expression for an empty one. */
const WRONG: Partial<Record<INodeProperties['type'], unknown[]>> = {
  options: [TEXT_OF_OUR_OWN, '', 17, ['auto'], { value: 'auto' }, true],
  multiOptions: [TEXT_OF_OUR_OWN, [TEXT_OF_OUR_OWN], { 0: 'text' }, 17],
  boolean: [TEXT_OF_OUR_OWN, 17, {}, []],
  number: [TEXT_OF_OUR_OWN, '', -1, {}, [3], true],
  string: [{ a: 1 }, ['a']],
};

/** Each place with each value that does not exist there. */
function trialsOf(places: Place[], asGiven: readonly string[] = []): Array<[string, string, Place, unknown]> {
  return places
    .filter(({ property }) => !asGiven.includes(property.name))
    .flatMap((place) =>
      (WRONG[place.property.type] ?? []).map((value): [string, string, Place, unknown] => [
        place.property.displayName,
        JSON.stringify(value),
        place,
        value,
      ]),
    );
}

function parametersOf({ property, around, collection }: Place, value: unknown): INodeParameters {
  const given = { [property.name]: value } as INodeParameters;
  return { ...around, ...(collection ? { [collection]: given } : given) };
}

function expectGoodError(error: unknown, { property }: Place, value: unknown): void {
  expect((error as Error).name).toBe('NodeOperationError');
  const { message } = error as NodeOperationError;
  expect(message).toContain(`"${property.displayName}" is `);
  if (typeof value !== 'object' && property.typeOptions?.password !== true)
    expect(message).toContain(typeof value === 'string' ? JSON.stringify(value) : String(value));
  if (property.type === 'options' || property.type === 'multiOptions')
    for (const choice of property.options as INodePropertyOptions[])
      expect(message).toContain(String(choice.value));
  expect(everyTextIn(error)).not.toContain('TypeError');
}

const operations = Object.entries(RESOURCES).flatMap(([resource, { operations: all }]) =>
  Object.entries(all).map(([operation, { description, asGiven }]) => ({
    resource,
    operation,
    trials: trialsOf(placesOf(description, { resource, operation }), asGiven),
  })),
);

describe.each(operations)('An expression in $resource → $operation', ({ resource, operation, trials }) => {
  test('is tried with each of the parameters', () => {
    const { description } = RESOURCES[resource]!.operations[operation]!;
    const checked = description.filter(({ type }) => type in WRONG).map(({ displayName }) => displayName);
    const tried = new Set(trials.map(([name]) => name));
    expect(checked.filter((name) => !tried.has(name) && name !== 'Input Binary Field')).toEqual([]);
  });

  if (trials.length > 0)
    test.each(trials)('that gives "%s" the value %s fails with the values that exist', async (...trial) => {
      const [, , place, value] = trial;
      const node = owner.node(parametersOf(place, '={{ $json.bad }}'));
      const item = { json: { bad: value as never } };
      const error = await stage.n8n.execute(node, [item]).catch((thrown) => thrown);
      expectGoodError(error, place, value);
      expect(error.description).toMatch(/^(Give|Choose) .{10}/);
      expect(stage.server.requests()).toEqual([]);
    });
});

// n8n evaluates no expression there, but a workflow's JSON can say anything.
describe('A node with a resource or operation that does not exist', () => {
  test.each([
    ['Resource', { resource: 'mesage', operation: 'sendText' }, 'message (Message)'],
    ['Operation', { resource: 'message', operation: 'sendtext' }, 'sendText (Send Text)'],
    ['Operation', { resource: 'typing', operation: 'sendText' }, 'start (Start), stop (Stop)'],
    ['Resource', { resource: '', operation: '' }, 'message (Message)'],
    ['Resource', { resource: '__proto__', operation: 'toString' }, 'message (Message)'],
  ])('says which "%s" there are: %j', async (name, parameters, values) => {
    const error = await stage.n8n.execute(owner.node(parameters), [{ json: {} }]).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(NodeOperationError);
    expect(error.message).toContain(`"${name}" is `);
    expect(error.description).toContain(values);
  });
});

describe('An agent, or an expression, that guesses an option', () => {
  test.each([
    [
      'sendText',
      { options: { format: '={{ "markdown" }}' } },
      '"Format" is "markdown"',
      'asIs, plain, weChat',
    ],
    ['sendMedia', { sendAs: '={{ "photo" }}' }, '"Send As" is "photo"', 'auto, file, image, video'],
  ])('of %s (%j) is told which there are', async (operation, given, what, values) => {
    const node = owner.node({ resource: 'message', operation, text: 'x', ...given });
    const error = await stage.n8n.execute(node, [{ json: {} }]).catch((thrown) => thrown);
    expect(error.message).toBe(`${what}, which is none of its values: ${values}`);
  });
});

describe.each([
  ['WeChat Trigger', WECHAT_TRIGGER, triggerProperties],
  ['WeChat Login Trigger', WECHAT_LOGIN_TRIGGER, loginTriggerProperties],
])('An expression in the %s', (name, type, properties) => {
  test.each(trialsOf(placesOf(properties, {})))(
    'that gives "%s" the value %s keeps the workflow from being activated',
    async (_option, _shown, place, value) => {
      const parameters = parametersOf(place, `={{ ${JSON.stringify(value)} }}`);
      const draft = { name, type, parameters, credential: owner.credential };
      const activation = stage.n8n.activate([draft]).then(async ({ deactivate }) => deactivate());
      const error = await activation.catch((thrown) => thrown);
      expect(error).toBeInstanceOf(WorkflowActivationError);
      expect(error.message).toContain(error.cause.message);
      expectGoodError(error.cause, place, value);
    },
  );
});
