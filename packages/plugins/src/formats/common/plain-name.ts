/** A name for a file beside another's, of letters that are safe in paths and addresses; readers refuse others. */
export function plainStem(fileName: string, ending: RegExp): string {
  return fileName.replace(ending, '').replace(/[^A-Za-z0-9._-]/g, '_');
}
