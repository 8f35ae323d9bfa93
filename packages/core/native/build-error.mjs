/** A reason why the native build cannot go on that its user can do something about: shown as one line. */
export class BuildError extends Error {}
