import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Config, dumpData, type PackageFile } from '@incipit/registry/config';
import { UsageError } from '../errors.js';
import { dataAsJson, leavesOf } from '../show-data.js';
import type { Command } from './command.js';

export const configCommand: Command = {
  name: 'config',
  usage: '<file> [--json | --yaml | --origin] [options]',
  summary: 'show a config with its bases merged in',
  description:
    'Prints what a config file comes to. A Python config of OpenMMLab is read as data and never run.\n' +
    '--origin prints one line a leaf: key, value, and the file and line where it was written.',
  options: {
    json: { text: 'print JSON' },
    yaml: { text: 'print YAML (default)' },
    origin: { text: 'print where each leaf was written' },
    packages: { value: '<folder>', text: "where 'package::path' leads: a folder of installed Python packages" },
  },
  async run(line, terminal) {
    const [file, stray] = line.positionals;
    if (file === undefined) throw new UsageError('no file was named', { command: 'config' });
    if (stray !== undefined) throw new UsageError(`one file at a time: '${stray}' is too many`, { command: 'config' });
    const forms = ['json', 'yaml', 'origin'].filter((form) => line.has(form));
    if (forms.length > 1) throw new UsageError(`--${forms.join(' and --')} exclude each other`, { command: 'config' });
    const packages = line.value('packages');
    const config = await Config.fromFile(file, {
      onWarning: ({ message }) => terminal.err(`warning: ${message}\n`),
      ...(packages === undefined ? {} : { resolvePackage: (inner) => installed(packages, inner) }),
    });
    const { data } = config;
    if (line.has('origin')) terminal.out(originLines(config));
    else terminal.out(line.has('json') ? `${dataAsJson(data)}\n` : dumpData(data, 'yaml'));
  },
};

/** Where a Python package has its files: configs under `.mim/configs`, modules beside it. */
async function installed(folder: string, { package: name, path, kind }: PackageFile): Promise<string | undefined> {
  const file = kind === 'config' ? join(folder, name, '.mim', 'configs', path) : join(folder, name, path);
  return access(file).then(
    () => file,
    () => undefined,
  );
}

/** `model.depth = 50  # base.yaml:3`, a line for each leaf. */
function originLines(config: Config): string {
  const lines = leavesOf(config.data).map(({ path, key, text }) => {
    const { file, line } = config.origin(path);
    const place = [file, line].filter((part) => part !== undefined).join(':');
    return `${key} = ${text}${place === '' ? '' : `  # ${place}`}\n`;
  });
  return lines.join('');
}
