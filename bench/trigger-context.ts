import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';

/** The part of n8n's context that the trigger uses while it listens, with nothing behind it: we measure our side. */
export function quietContext(credential: IDataObject, onEmit: () => void): ITriggerFunctions {
  const context = {
    emit: onEmit,
    getMode: () => 'trigger',
    saveFailedExecution: () => undefined,
    getCredentials: async () => credential,
    getNode: () => ({ id: 'node', name: 'WeChat Trigger', type: 'weChatTrigger' }),
    getWorkflow: () => ({ id: 'workflow' }),
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    helpers: {
      createDeferredPromise: () => ({ promise: Promise.resolve(), resolve: ignore, reject: ignore }),
    },
  };
  return context as unknown as ITriggerFunctions;
}

function ignore(): void {}
