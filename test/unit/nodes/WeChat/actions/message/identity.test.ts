import type { IExecuteFunctions } from 'n8n-workflow';

import { identityOf } from '../../../../../../nodes/WeChat/actions/message/identity';
import type { NodeRun } from '../../../../../../nodes/WeChat/actions/operation';

describe('identityOf', () => {
  let asked: number;
  const contextOf = (execution: string | undefined): IExecuteFunctions =>
    ({
      getExecutionId: () => execution,
      getMode: () => 'trigger',
      getContext: () => ({}),
      getWorkflow: () => ({ id: 'workflow' }),
      getNode: () => ({ id: 'node' }),
      getWorkflowDataProxy: () => {
        asked++;
        return { $runIndex: 4 };
      },
    }) as unknown as IExecuteFunctions;

  beforeEach(() => void (asked = 0));

  test('every item has a name of its own, and all share their run, which n8n is asked for once', () => {
    const run: NodeRun = {};
    const context = contextOf('7');
    const [one, two] = [0, 1].map((itemIndex) => identityOf({ context, itemIndex, run }, 'u', ['hello'])!);
    expect(one!.name).toBe('["7","workflow","node",4,0,"u"]');
    expect(two!.name).toBe('["7","workflow","node",4,1,"u"]');
    expect(one!.run).toEqual({ name: '["7","workflow","node",4]' });
    expect(two!.run).toBe(one!.run);
    expect(asked).toBe(1);
  });

  test('there is none outside of an execution', () => {
    expect(identityOf({ context: contextOf(undefined), itemIndex: 0 }, 'u', ['hello'])).toBeUndefined();
  });
});
