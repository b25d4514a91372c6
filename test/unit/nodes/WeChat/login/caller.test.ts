import { executingCaller, storedCaller } from '../../../../../nodes/WeChat/login/caller';

const context = (more: object = {}) => ({
  getWorkflow: () => ({ id: 'w' }),
  getExecutionContext: () => undefined,
  ...more,
});

describe('Who makes a link', () => {
  it('is the workflow that runs, with its project where n8n tells it', () => {
    expect(storedCaller(context())).toEqual({ workflowId: 'w' });
    expect(executingCaller(context({ additionalData: { projectId: 'p' } }))).toEqual({
      workflowId: 'w',
      projectId: 'p',
    });
    expect(executingCaller(context({ additionalData: { projectId: 7 } }))).toEqual({ workflowId: 'w' });
  });

  it('is nobody in an execution that another one has started: its id may be made up', () => {
    const getExecutionContext = () => ({ parentExecutionId: '1' });
    expect(executingCaller(context({ getExecutionContext }))).toBeUndefined();
  });

  it('is nobody where n8n does not tell who has started it', () => {
    expect(executingCaller({ getWorkflow: () => ({ id: 'w' }) })).toBeUndefined();
  });
});
