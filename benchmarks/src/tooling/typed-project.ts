import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PACKAGES = ['@incipit/core', '@incipit/plugins', '@incipit/registry', '@tensorflow/tfjs'];

/** The compiler that the project itself is built with. */
export const TSC: string = join(ROOT, 'node_modules/typescript/bin/tsc');

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    lib: ['ES2022'],
    types: [],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    rootDir: 'src',
  },
  include: ['src'],
};

/** Writes a project outside the monorepo that has installed our packages. Whoever made it takes it away. */
export function makeTypedProject(files: Readonly<Record<string, string>>): {
  readonly folder: string;
  dispose(): void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'incipit-types-'));
  const all = {
    'package.json': JSON.stringify({ name: 'user', version: '1.0.0', type: 'module' }),
    'tsconfig.json': JSON.stringify(TSCONFIG),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  for (const name of PACKAGES) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  return { folder, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What the compiler tells of a run. */
export interface CompilerCost {
  readonly seconds: number;
  readonly types: number;
  readonly instantiations: number;
}

/** Type-checks a project. @throws when it does not compile. */
export function compilerCost(folder: string): Promise<CompilerCost> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [TSC, '-p', '.', '--extendedDiagnostics'], { cwd: folder }, (error, stdout) => {
      if (error !== null) {
        reject(new Error(`the project does not compile:\n${stdout}`));
        return;
      }
      const read = (name: string): number =>
        Number.parseFloat(new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(stdout)?.[1] ?? 'NaN');
      resolve({ seconds: read('Check time'), types: read('Types'), instantiations: read('Instantiations') });
    });
  });
}

const IMPORTS =
  "import { init } from '@incipit/core/builders';\nimport { models } from '@incipit/plugins/tfjs/builders';\n";

/** Blocks of layers with rules of their own, until there are so many configs in one another. */
function nodes(count: number, layer: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `    ${layer(index)},`).join('\n');
}

/** A model of configs written with builders: half of them layers, half of them their rules. */
export function builtModel(count: number): string {
  const layer = (index: number): string =>
    index % 3 === 0
      ? `models.tfjs.conv2d({ filters: ${index + 1}, kernelSize: 3, padding: 'same', init_cfg: init.kaiming({ mode: 'fan_in' }) })`
      : index % 3 === 1
        ? 'models.tfjs.batchNormalization({ init_cfg: init.constant({ val: 1 }) })'
        : `models.tfjs.dense({ units: ${index + 1}, activation: 'relu', init_cfg: init.normal({ std: 0.01 }) })`;
  return `${IMPORTS}export const model = models.tfjs.sequential({\n  layers: [\n${nodes(count / 2, layer)}\n  ],\n});\n`;
}

/** The same model as plain data. */
export function plainModel(count: number): string {
  const layer = (index: number): string =>
    index % 3 === 0
      ? `{ type: 'tfjs.Conv2D', filters: ${index + 1}, kernelSize: 3, padding: 'same', init_cfg: { type: 'Kaiming', mode: 'fan_in' } }`
      : index % 3 === 1
        ? "{ type: 'tfjs.BatchNormalization', init_cfg: { type: 'Constant', val: 1 } }"
        : `{ type: 'tfjs.Dense', units: ${index + 1}, activation: 'relu', init_cfg: { type: 'Normal', std: 0.01 } }`;
  const head =
    "import type { ModelsConfig } from '@incipit/core/builders';\nimport type {} from '@incipit/plugins/tfjs/builders';\n";
  return `${head}export const model: ModelsConfig = {\n  type: 'tfjs.Sequential',\n  layers: [\n${nodes(count / 2, layer)}\n  ],\n};\n`;
}

/** The imports alone. */
export const NO_MODEL: string = `${IMPORTS}export const model = [init, models];\n`;
