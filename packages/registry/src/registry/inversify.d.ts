// scripts/bundle-inversify.mjs makes the module beside the compiled files of this folder; only container.ts imports it.
export { Container, type ServiceIdentifier } from 'inversify';
