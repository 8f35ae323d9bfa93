// Rooms of core: which folder of packages/core/src may import which.

const CORE = 'packages/core';
/** Public faces, which may import every room; no room imports them. */
const FACES = new Set(['index.ts', 'node.ts', 'testing.ts']);
const ERRORS = 'errors.ts';

/** Where a room's row allows another room, but only these files of it. */
const FINER = {
  plan: { rng: ['key.ts', 'fnv1a64.ts'], initializers: ['initializer.ts', 'rule.ts'] },
  execute: { model: ['adapter.ts', 'module-node.ts', 'parameters-by-path.ts', 'tensor-data.ts'] },
};

/** `''` for a file that lies in no room. */
const roomOf = (inner) => (inner.includes('/') ? inner.slice(0, inner.indexOf('/')) : '');

function refusal(from, inner, rooms) {
  const to = roomOf(inner);
  if (FACES.has(inner)) return `imports the public face ${inner}; import the file itself`;
  if (inner === ERRORS || to === from) return undefined;
  const allowed = rooms.get(from);
  if (allowed !== 'all' && !allowed?.has(to)) {
    const list = allowed?.size ? [...allowed].join(', ') : 'nothing';
    return `room '${from}' may import ${list}, not '${to}' (table "Rooms of core" in ARCHITECTURE.md)`;
  }
  const files = FINER[from]?.[to];
  const file = inner.slice(to.length + 1);
  return files && !files.includes(file)
    ? `room '${from}' may import only ${files.join(', ')} of '${to}', not ${file}`
    : undefined;
}

function placeProblem({ path, inner }, rooms) {
  const room = roomOf(inner);
  if (room === '' && !FACES.has(inner) && inner !== ERRORS) {
    return `${path} lies in no room: only ${[...FACES, ERRORS].join(', ')} may`;
  }
  return room !== '' && !rooms.has(room)
    ? `${path}: room '${room}' is missing from the table in ARCHITECTURE.md`
    : undefined;
}

/**
 * @param {import('./source-set.mjs').SourceSet} sources
 * @param {import('./tables.mjs').Tables} tables
 * @returns {string[]} problems
 */
export function checkRooms({ files }, { rooms }) {
  const src = `${CORE}/src/`;
  const core = files.filter(({ path, isTest }) => path.startsWith(src) && !isTest);
  return core.flatMap((file) => {
    const place = placeProblem(file, rooms);
    if (place) return [place];
    if (FACES.has(file.inner)) return [];
    return file.imports.flatMap(({ target, specifier, line }) => {
      if (!target?.startsWith(src)) return [];
      const inner = target.slice(src.length);
      const problem =
        file.inner === ERRORS
          ? `${ERRORS} imports no room, every room imports it`
          : refusal(roomOf(file.inner), inner, rooms);
      return problem ? [`${file.path}:${line} ${problem}: '${specifier}'`] : [];
    });
  });
}
