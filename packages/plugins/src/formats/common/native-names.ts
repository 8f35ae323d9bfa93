import { CheckpointError, type TensorHeading } from '@incipit/core';

/** A tensor under the name that its file gives it. */
export interface NamedTensor extends TensorHeading {
  readonly nativeName: string;
}

/**
 * Names tensors as a format does.
 *
 * @param format for messages.
 * @throws CheckpointError `duplicate-tensor` when two get one name.
 */
export function withNativeNames(
  tensors: readonly TensorHeading[],
  format: string,
  nameOf: (tensor: string) => string,
): readonly NamedTensor[] {
  const owners = new Map<string, string>();
  return tensors.map((tensor) => {
    const nativeName = nameOf(tensor.name);
    const owner = owners.get(nativeName);
    if (owner !== undefined) {
      throw new CheckpointError({
        code: 'duplicate-tensor',
        what: `tensors '${owner}' and '${tensor.name}' are both '${nativeName}' in ${format}`,
        fix: 'rename one: the file tells tensors apart by these names',
        path: tensor.name,
      });
    }
    owners.set(nativeName, tensor.name);
    return { ...tensor, nativeName };
  });
}
