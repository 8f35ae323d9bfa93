import type { CheckpointHeader } from '@incipit/core';
import { openSafetensors } from '@incipit/core/node';
import type { LoadedConfig } from '@incipit/registry/config';

/**
 * Headers of the checkpoints that a config's `Pretrained` rules name: `plan` is pure and reads no file itself.
 *
 * @throws CheckpointError for a checkpoint that is missing or broken.
 */
export async function readHeaders(config: LoadedConfig<unknown>): Promise<ReadonlyMap<string, CheckpointHeader>> {
  const headers = new Map<string, CheckpointHeader>();
  for (const source of new Set(pretrainedSources(config.value))) {
    const checkpoint = await openSafetensors(source);
    await checkpoint.close();
    headers.set(source, checkpoint.header);
  }
  return headers;
}

/** Wherever they stand: rules, overrides, lists of either. */
function pretrainedSources(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(pretrainedSources);
  const { type, checkpoint } = value as { readonly type?: unknown; readonly checkpoint?: unknown };
  const own = typeof type === 'string' && /(^|\.)Pretrained(Init)?$/.test(type) && typeof checkpoint === 'string';
  return own ? [checkpoint, ...inner] : inner;
}
