/** What frameworks call weights, biases and buffers, by the role that rules know. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  weight: [
    'weight',
    'weights',
    'w',
    'W',
    'E',
    'kernel',
    'depthwise_kernel',
    'pointwise_kernel',
    'recurrent_kernel',
    'embedding',
    'embeddings',
    'scale',
    'gamma',
  ],
  bias: ['bias', 'biases', 'b', 'beta', 'offset', 'shift'],
  running_mean: ['moving_mean'],
  running_var: ['moving_variance'],
};

const ROLES: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([role, names]) => names.map((name) => [name, role] as const)),
);

/** A parameter's role where nothing but its name tells: a known one, else the name itself. */
export function roleByName(name: string): string {
  return ROLES.get(name) ?? name;
}
