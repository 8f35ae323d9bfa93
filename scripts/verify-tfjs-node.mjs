// `npm run verify:tfjs-node`: the cases of adapters on tfjs's node backend, for real, after a build.
// The package's install script downloads libtensorflow and an addon from a server of its own. Here the addon is compiled
// from the package's sources, against the libtensorflow of TensorFlow's wheel: needs python3 and g++, and 2 GB in .cache.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { ROOT } from './setup.mjs';

const TFJS_NODE = '4.22.0';
const TENSORFLOW = '2.21.0';
const FOLDER = join(ROOT, '.cache/tfjs-node');
const PACKAGE = join(FOLDER, 'node_modules/@tensorflow/tfjs-node');
const ADDON = join(PACKAGE, 'lib/napi-v8/tfjs_binding.node');

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: FOLDER, stdio: 'inherit', ...options });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}`);
}

/** Node's own headers, as an installation has them. */
function nodeHeaders() {
  const places = [resolve(dirname(process.execPath), '../include/node'), '/usr/include/node'];
  const found = places.find((place) => existsSync(join(place, 'node_api.h')));
  if (found === undefined) throw new Error(`no node_api.h in ${places.join(' or ')}`);
  return found;
}

function libtensorflow() {
  const venv = join(FOLDER, 'venv');
  if (!existsSync(venv)) run('python3', ['-m', 'venv', venv]);
  run(join(venv, 'bin/pip'), ['install', '--quiet', '--no-deps', `tensorflow-cpu==${TENSORFLOW}`]);
  const [python = ''] = readdirSync(join(venv, 'lib'));
  return join(venv, 'lib', python, 'site-packages/tensorflow');
}

function compileAddon() {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), '{ "private": true }\n');
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `@tensorflow/tfjs-node@${TFJS_NODE}`]);
  const tensorflow = libtensorflow();
  mkdirSync(dirname(ADDON), { recursive: true });
  const sources = ['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'];
  const includes = ['..', join(tensorflow, 'include'), nodeHeaders()].map((path) => `-I${path}`);
  const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((name) => join(tensorflow, name));
  const flags = ['-std=c++17', '-O1', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8', `-Wl,-rpath,${tensorflow}`];
  run('g++', [...flags, ...includes, ...sources, ...libraries, '-o', ADDON], { cwd: PACKAGE });
}

if (!existsSync(ADDON)) compileAddon();
const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
run(process.execPath, [join(ROOT, 'packages/plugins/dist/tfjs/testing/verify-node.js'), FOLDER], { env });
