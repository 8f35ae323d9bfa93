// Module hook: a test file's `import 'uvu'` gets the recorder, the recorder's gets uvu itself.
const RECORDER = new URL('./uvu-recorder.mjs', import.meta.url).href;

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  return specifier === 'uvu' && context.parentURL !== RECORDER
    ? { url: RECORDER, shortCircuit: true }
    : next(specifier, context);
}
