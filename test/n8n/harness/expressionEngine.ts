import { ExpressionEvaluator, IsolatedVmBridge } from '@n8n/expression-runtime';
import { Expression, LoggerProxy } from 'n8n-workflow';
import { expressionSandboxHooks } from 'n8n-workflow/expression-sandboxing';

/**
 * Starts the expression engine that n8n 2.41 uses by default: an isolate that an execution acquires and gives back. Outside
 * of one, an expression fails with an IsolateError, as it does in a trigger's loop. It is what
 * `Expression.initExpressionEngine` does, less its dynamic import, which jest cannot do.
 *
 * @returns ends it
 */
export async function startExpressionEngine(): Promise<() => Promise<void>> {
  const evaluator = new ExpressionEvaluator({
    createBridge: () => new IsolatedVmBridge({ timeout: 5_000, memoryLimit: 128, logger: LoggerProxy }),
    maxCodeCacheSize: 1_024,
    poolSize: 1,
    // An isolate is made for the first expression, not for every execution: most tests need none.
    lazyAcquire: true,
    hooks: expressionSandboxHooks,
    logger: LoggerProxy,
  });
  await evaluator.initialize();
  Expression.setExpressionEngine('vm');
  (Expression as unknown as { vmEvaluator?: ExpressionEvaluator }).vmEvaluator = evaluator;
  return () => Expression.disposeExpressionEngine();
}
