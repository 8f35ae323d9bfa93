/** The folder of a file, as it was written: `.` where the path names none. */
export function folderOf(path: string): string {
  const slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  if (slash === 0) return '/';
  return slash === -1 ? '.' : path.slice(0, slash);
}

/** A path seen from a folder; `.` and `..` are worked out as far as they can be. */
export function joinPath(folder: string, path: string): string {
  if (isAbsolute(path)) return path;
  const whole = folder === '.' ? path : `${folder.endsWith('/') ? folder.slice(0, -1) : folder}/${path}`;
  const rooted = whole.startsWith('/');
  const parts: string[] = [];
  for (const part of whole.split('/')) {
    const last = parts.at(-1);
    if (part === '..' && last !== undefined && last !== '..') parts.pop();
    // Above the root there is nothing.
    else if (part !== '.' && part !== '' && !(part === '..' && rooted && last === undefined)) parts.push(part);
  }
  return `${rooted ? '/' : ''}${parts.join('/')}`;
}

export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || path.startsWith('\\') || /^[A-Za-z]:[\\/]/.test(path);
}

/** Whether a file stands in a folder, by absolute paths without `.` and `..`. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** `.yaml` of `a/b.yaml`, in lower case; an empty string when there is none. */
export function endingOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot).toLowerCase();
}
