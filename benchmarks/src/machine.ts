import { readFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';

/** The machine in words, without its name. */
export async function describeMachine(): Promise<string> {
  const processors = cpus();
  const model = (processors[0]?.model ?? 'unknown processor').replace(/\s+/g, ' ').trim();
  const memory = Math.round(totalmem() / 2 ** 30);
  const simd = await vectorUnits();
  const parts = [
    `${processors.length} cores of ${model}`,
    simd,
    `${memory} GiB of memory`,
    await systemName(),
    process.arch,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

async function vectorUnits(): Promise<string> {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const flags = new Set((/^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1] ?? '').split(' '));
  if (flags.has('avx512f')) return 'AVX-512';
  if (flags.has('avx2')) return 'AVX2';
  return flags.has('asimd') ? 'NEON' : '';
}

async function systemName(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? process.platform;
}
